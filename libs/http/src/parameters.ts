/** The parameters of a query or a form: without prototype, a repeated one as a list. */
export type Parameters = Record<string, string | string[]>;

/** Reads the parameters of a query or a form (application/x-www-form-urlencoded); the caller bounds their number first. */
export function parametersOf(text: string): Parameters {
  const parameters = Object.create(null) as Parameters;
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = parameters[name];
    if (earlier === undefined) parameters[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else parameters[name] = [earlier, value];
  }
  return parameters;
}
