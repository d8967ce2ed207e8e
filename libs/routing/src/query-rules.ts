import type { QueryRules } from './route.ts';

/** Makes the query for the upstream (with its `?`, or empty) from the client's (likewise). */
export type QueryWriter = (query: string) => string;

/**
 * Prepares a route's query rules.
 *
 * @returns undefined when there are none: the query then passes byte for byte
 */
export function compileQuery(rules: QueryRules | undefined): QueryWriter | undefined {
  if (!rules) return undefined;
  const fixed = Object.entries(rules.set ?? {});
  const allowed = rules.allow && new Set(rules.allow);
  const removed = new Set([...(rules.remove ?? []), ...fixed.map(([name]) => name)]);
  const appended = fixed.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const passes = (name: string) => !removed.has(name) && (!allowed || allowed.has(name));
  return (query) => {
    const kept =
      query.length > 1
        ? query
            .slice(1)
            .split('&')
            .filter((pair) => namesOf(pair).every(passes))
        : [];
    return kept.length + appended.length === 0 ? '' : `?${[...kept, ...appended].join('&')}`;
  };
}

/** Names a pair could be read as: its own, and, for servers that take `;` for a separator as well, those of its pieces. */
function namesOf(pair: string): string[] {
  return pair.includes(';') ? [nameOf(pair), ...pair.split(';').map(nameOf)] : [nameOf(pair)];
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return decodeName(equals === -1 ? pair : pair.slice(0, equals));
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
