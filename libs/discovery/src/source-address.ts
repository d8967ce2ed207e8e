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
  const problems = [...(context.problems ?? [])];
  if (url.username || url.password) problems.push('must not hold a user or password');
  if (url.hash) problems.push('must not have a fragment (#...)');
  const names = [...url.searchParams.keys()];
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`?${name.slice(0, 40)}: must not be repeated`);
  }
  const result = z.strictObject({ ...SCHEME, ...shape }).safeParse(Object.fromEntries(url.searchParams));
  for (const { path, message } of result.error?.issues ?? []) {
    problems.push(path.length > 0 ? `?${path.join('.')}: ${message}` : `query: ${message}`);
  }
  if (!result.success || problems.length > 0) throw addressError(context.upstream, problems);
  return Object.freeze(result.data) as Query<S>;
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
