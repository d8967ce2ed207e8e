import { ConfigError } from '@portico/core';
import { z } from 'zod';

const SCHEME = { scheme: z.enum(['http', 'https']).default('http') };

type Query<S extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<S & typeof SCHEME>>>;

/** Whose address it is, and what else was found wrong with it. */
export interface AddressContext {
  readonly upstream: string;
  /** Problems that the caller found, thrown together with those found here. */
  readonly problems?: readonly string[];
}

/**
 * The query of a discovered source's address, such as `?tag=v1`: the parameters of `shape` and `scheme` (`http`, the default, or
 * `https`: how the instances are spoken to). Values arrive as text, so numbers need `z.coerce`.
 *
 * @throws ConfigError for parameters that are unknown, repeated or do not fit, for user, password and fragment, and for the
 * caller's problems
 */
export function readQuery<S extends z.ZodRawShape>(url: URL, shape: S, context: AddressContext): Query<S> {
  const known = { ...SCHEME, ...shape };
  const { data, error } = z.strictObject(known).safeParse(Object.fromEntries(url.searchParams));
  const misfits = (error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `?${key.slice(0, 40)}: is none of its parameters, ${Object.keys(known).join(', ')}`)
      : [`?${issue.path.join('.')}: ${issue.message}`],
  );
  const problems = [...(context.problems ?? []), ...problemsOf(url), ...misfits];
  if (problems.length > 0) throw addressError(context.upstream, problems);
  return Object.freeze(data) as Query<S>;
}

function problemsOf(url: URL): string[] {
  const names = [...url.searchParams.keys()];
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const problems = [...repeated].map((name) => `?${name.slice(0, 40)}: must not be repeated`);
  if (url.username || url.password) problems.push('must not hold a user or password');
  if (url.hash) problems.push('must not have a fragment (#...)');
  return problems;
}

/** The error for an address with these problems; each is a phrase such as "must name a service". */
export function addressError(upstream: string, problems: readonly string[]): ConfigError {
  return new ConfigError(problems.map((problem) => `upstream ${upstream}: address: ${problem}`));
}

/** Makes both, and throws the problems of both as one. @throws ConfigError */
export function together<A, B>(first: () => A, second: () => B): [A, B] {
  const problems: string[] = [];
  const attempt = <T>(make: () => T): T => {
    try {
      return make();
    } catch (error) {
      problems.push(...ConfigError.problemsOf(error));
      return undefined as T;
    }
  };
  const both: [A, B] = [attempt(first), attempt(second)];
  if (problems.length > 0) throw new ConfigError(problems);
  return both;
}
