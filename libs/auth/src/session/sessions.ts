import type { BffError } from '@portico/core';
import type { NewSession, Session, SessionPage } from './session.ts';
import type { ListPlace, SingleUse } from './session-store.ts';

/** Sessions on one page of a list. */
export const SESSIONS_A_PAGE = 50;

/** A session with the secret that its cookie carries: 256 random bits in base64url, known to the browser only. */
export interface OpenedSession {
  readonly secret: string;
  readonly session: Session;
}

/** What a refresh brings: tokens, and the principal as the provider describes it now (roles may have changed). */
export interface Renewal extends Pick<NewSession, 'principal' | 'tokens'> {
  /** The provider gave tokens, which are kept, but could not say who the user is now: callers get this error. */
  readonly failure?: BffError;
}

/**
 * All sessions of a BFF, over whichever store is configured. Methods that ask the store reject with BffError
 * `sessions-unavailable` when it cannot be reached; nothing is ever answered as "no session" because of that.
 */
export interface Sessions {
  /** The session of a cookie's value when this process holds a copy that is fresh; undefined: ask `find`. Never waits. */
  recall(secret: string): Session | undefined;
  /** The session of a cookie's value, undefined when there is none that is alive. Any text may be asked for. Counts as use: it slides the idle end. */
  find(secret: string, options?: { readonly slide?: boolean }): Promise<Session | undefined>;
  /**
   * Begins a session under a new secret, and ends `previous`, the secret that the browser had before, if any. A principal who
   * has as many sessions as one may have loses the one that would end first, which is told on `portico.auth.session-ended`.
   */
  begin(session: NewSession, previous?: string): Promise<OpenedSession>;
  /**
   * The session with an access token good for `margin` milliseconds at least: `refresh` is called once however many
   * requests and replicas ask at the same time; who waited gets what it brought, even when that never reaches the margin
   * (default 0). It is no use of the session. A rejection with BffError `session-ended` ends the session; any other leaves it
   * as it was and is passed on, and for the next second nobody asks again for this session, on any replica. Then, and when it takes
   * too long, it is `identity-provider-unavailable`.
   */
  withFreshToken(session: Session, refresh: (session: Session) => Promise<Renewal>, margin?: number): Promise<Session>;
  /** Ends a session by handle, on all replicas; false when there was none of this principal. */
  end(principalId: string, handle: string): Promise<boolean>;
  /** Ends all sessions of a principal, but the one whose handle is given. Returns how many. */
  endAll(principalId: string, except?: string): Promise<number>;
  /** Ends the sessions of a login at the provider (`sid`). Returns how many. */
  endProviderSession(issuer: string, sid: string): Promise<number>;
  /**
   * The sessions of a principal, the newest first, a page of at most `SESSIONS_A_PAGE`.
   *
   * @param after `next` of the page before. Default the first page
   */
  list(principalId: string, after?: ListPlace): Promise<SessionPage>;
  /** Uses an identifier up for `ttl` milliseconds, on all replicas; false when it was used before: a replay. */
  useOnce(kind: SingleUse, identifier: string, ttl: number): Promise<boolean>;
  /** Closes the store, with its connections and timers. */
  close(): Promise<void>;
}
