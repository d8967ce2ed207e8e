/** Everything up to a quote that is never closed. */
const WELL_QUOTED = /^(?:[^"]|"(?:[^"\\]|\\.)*")*/;
const ELEMENT = /(?:[^",]|"(?:[^"\\]|\\.)*")+/g;
const PAIR = / ?(?:([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?(?:;|$)/y;

/**
 * The elements of a `Forwarded` header (RFC 7239, section 4) in their order, each as its parameters by name in lower case.
 * A quote that a client left open must not swallow what the proxies wrote after it: an element that does not follow the
 * grammar is empty, and an open quote ends an element. Takes linear time.
 */
export function forwardedElements(value: string): readonly ReadonlyMap<string, string>[] {
  const wellQuoted = WELL_QUOTED.exec(value)![0];
  const elements = wellQuoted.match(ELEMENT) ?? [];
  if (wellQuoted.length === value.length) return elements.map(parametersOf);
  const rest = value.slice(wellQuoted.length).split(/[",]/).filter(Boolean);
  return [...elements, ...rest].map(parametersOf);
}

function parametersOf(element: string): ReadonlyMap<string, string> {
  const text = element.trim();
  const parameters = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const pair = PAIR.exec(text);
    if (!pair) return new Map();
    const [, name, quoted, token = ''] = pair;
    if (name !== undefined) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token);
  }
  return parameters;
}
