import { type Direction, isHeaderValue, problemOfName } from './header-names.ts';
import { parseTarget } from './path-template.ts';

type Settings = Readonly<Record<string, unknown>>;

const PRINTABLE = /^[ -~]+$/;

/** What is wrong with the `headers` of a route. */
export function checkHeaderRules(headers: unknown): string[] {
  return checkKeys(headers, 'headers', ['request', 'response'], (settings) =>
    (['request', 'response'] as const).flatMap((direction) => checkDirection(settings[direction], direction)),
  );
}

function checkDirection(rules: unknown, direction: Direction): string[] {
  const field = `headers.${direction}`;
  return checkKeys(rules, field, ['allow', 'set', 'remove'], ({ allow, set, remove }) => [
    ...checkNames(allow, `${field}.allow`, (name) => problemOfName(name.toLowerCase(), direction)),
    ...checkNames(remove, `${field}.remove`, (name) => problemOfName(name.toLowerCase(), direction)),
    ...checkValues(set, `${field}.set`, (name, value) => {
      const problem = problemOfName(name.toLowerCase(), direction);
      return problem ?? (isHeaderValue(value) ? undefined : 'has a value that cannot be sent in a header');
    }),
  ]);
}

/** What is wrong with the `query` of a route. */
export function checkQueryRules(query: unknown): string[] {
  return checkKeys(query, 'query', ['allow', 'set', 'remove'], ({ allow, set, remove }) => [
    ...checkNames(allow, 'query.allow', problemOfParameter),
    ...checkNames(remove, 'query.remove', problemOfParameter),
    ...checkValues(set, 'query.set', (name, value) =>
      typeof value === 'string' ? problemOfParameter(name) : 'must have a text as its value',
    ),
  ]);
}

/** What is wrong with the `rewrite` of a route. */
export function checkRewrite(rewrite: unknown): string[] {
  return checkKeys(rewrite, 'rewrite', ['from', 'to'], (settings) =>
    ['from', 'to'].flatMap((end) => {
      const template = parseTarget(settings[end] as string);
      if (typeof template === 'string') return [`rewrite.${end} ${template}`];
      const isPrefix = template.segments.every((segment) => segment.kind === 'static');
      return isPrefix ? [] : [`rewrite.${end} must be a plain prefix, without ":" and "*"`];
    }),
  );
}

function problemOfParameter(name: string): string | undefined {
  return PRINTABLE.test(name) ? undefined : 'is not a parameter name';
}

function checkKeys(
  value: unknown,
  field: string,
  known: readonly string[],
  check: (settings: Settings) => string[],
): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${field} must be an object`];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return [...unknown.map((key) => `${field}: "${key}" is not one of ${known.join(', ')}`), ...check(value as Settings)];
}

function checkNames(names: unknown, field: string, problemOf: (name: string) => string | undefined): string[] {
  if (names === undefined) return [];
  if (!Array.isArray(names)) return [`${field} must be a list of names`];
  return names.flatMap((name: unknown) => {
    const problem = typeof name === 'string' ? problemOf(name) : 'is not a text';
    return problem === undefined ? [] : [`${field}: "${String(name)}" ${problem}`];
  });
}

function checkValues(
  values: unknown,
  field: string,
  problemOf: (name: string, value: unknown) => string | undefined,
): string[] {
  if (values === undefined) return [];
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [`${field} must be an object`];
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    const problem = problemOf(name, value);
    return problem === undefined ? [] : [`${field}: "${name}" ${problem}`];
  });
}
