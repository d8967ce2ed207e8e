import type { RequestContext } from './request-context.ts';

/**
 * Which access token an upstream gets: none; the user's own; the BFF's own, by client credentials (RFC 6749 4.4); or one that
 * the user's is exchanged for (RFC 8693), which is good for that one audience.
 */
export type UpstreamToken =
  | 'none'
  | 'user'
  | { readonly client: { readonly scope?: string; readonly audience?: string } }
  | { readonly exchange: { readonly audience: string; readonly scope?: string } };

/** Where the pipeline of an upstream gets tokens; the door that let a request in puts it into its context. */
export interface TokenSource {
  /**
   * The token as it goes into `Authorization`, with its scheme: `Bearer ey...`. A promise only when somebody has to be asked.
   *
   * @throws BffError `unauthenticated` when the request has no user, `session-ended` when the user's login is over,
   * `identity-provider-unavailable` when no answer can be had
   */
  tokenFor(token: Exclude<UpstreamToken, 'none'>, ctx: RequestContext): string | Promise<string>;
  /** The upstream answered 401 to a value of `tokenFor`: what is kept of it should be asked for anew. Default: nothing happens. */
  refused?(token: Exclude<UpstreamToken, 'none'>, authorization: string): void;
}
