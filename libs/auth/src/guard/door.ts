import type { Principal, RequestContext } from '@portico/core';
import type { FastifyRequest } from 'fastify';
import type { TokenError } from '../bearer/challenges.ts';

/** What a door makes of a request's credentials without waiting. */
export type Recalled =
  /** Known and good. */
  | Principal
  /** There are no credentials at all. */
  | 'anonymous'
  /** There are some, and somebody has to be asked about them: the door's Passport strategy. */
  | 'unknown';

/**
 * How a kind of client shows who it is: the cookie of a session, or a bearer token. What is known is recalled at once, the
 * rest goes through the Passport strategy of the same name.
 */
export interface Door {
  readonly strategy: 'session' | 'bearer';
  /** Whether the browser adds the credentials by itself, so that a call has to prove that the page made it. */
  readonly isAmbient: boolean;
  /**
   * @throws BffError when the credentials are malformed or more than one: `credentials-ambiguous`, `token-invalid`, `unauthenticated`
   */
  recall(request: FastifyRequest, ctx: RequestContext): Recalled;
  /**
   * Asks about credentials that `recall` did not know.
   *
   * @throws BffError `unauthenticated`, `session-ended`, `token-invalid`, `sessions-unavailable`, `identity-provider-unavailable`
   */
  verify(request: FastifyRequest, ctx: RequestContext): Promise<Principal>;
  /**
   * What a refusal of this door carries beside its code: `www-authenticate`, and for browsers where to log in.
   *
   * @param error by the names of RFC 6750 3.1 and RFC 9470 3; undefined when there were no credentials
   */
  challenge(error?: TokenError): {
    readonly headers?: Readonly<Record<string, string>>;
    readonly login?: string;
  };
}
