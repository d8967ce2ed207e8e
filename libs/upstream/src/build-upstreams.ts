import type { Send } from './send.ts';
import type { Upstream } from './upstream.ts';

/** The upstreams of a running BFF. */
export interface Upstreams {
  /** The pipeline of an upstream; a name that was not built throws (boot checks names, so requests never meet that). */
  send(name: string): Send;
  /** What the upstream was defined with. */
  definition(name: string): Upstream;
  /** Names in the order of `upstreams.ts`. */
  readonly names: readonly string[];
  /** Closes all pools once their calls have ended. */
  close(): Promise<void>;
}

/**
 * Builds the outbound pipeline of every upstream.
 *
 * @param definitions what `upstreams.ts` lists
 * @param environment where `<NAME>_URL` is looked up; default `process.env`
 * @throws ConfigError listing everything that is wrong with any of them
 */
export declare function buildUpstreams(
  definitions: readonly Upstream[],
  environment?: Readonly<Record<string, string | undefined>>,
): Upstreams;
