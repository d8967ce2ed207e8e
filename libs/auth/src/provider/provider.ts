import type { Principal } from '@portico/core';
import type { KeySet } from './key-set.ts';
import type { Session, SessionTokens } from '../session/session.ts';
import type { Renewal } from '../session/sessions.ts';

/** What a browser keeps of a login that it has begun, until it comes back. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636), S256. */
  readonly codeVerifier: string;
  /** Where to go after it: a path of this BFF, checked. */
  readonly returnTo: string;
  /** What the provider was asked for, which its answer must have. */
  readonly acr?: readonly string[];
  readonly maxAge?: number;
}

/** What a login must be like beside the usual. */
export interface LoginWishes {
  readonly returnTo: string;
  /** `none`, `login`, `consent`, `select_account`, if the provider offers it. */
  readonly prompt?: string;
  readonly acr?: readonly string[];
  /** Seconds that the login may be ago. */
  readonly maxAge?: number;
}

/** A login that went well. */
export interface CompletedLogin {
  readonly principal: Principal;
  readonly tokens: SessionTokens;
  readonly providerSession: string | undefined;
}

/** A token for an upstream. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a logout token says (OpenID Connect Back-Channel Logout 2.4), after all checks. */
export interface LogoutNotice {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly sid: string | undefined;
  readonly jti: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What the provider says of a token (RFC 7662); undefined: it is not active. */
export type Introspection = Readonly<Record<string, unknown>> | undefined;

/**
 * The OpenID provider as a BFF sees it: one client of it, found by discovery when it is first needed, so that a BFF starts
 * without it. All methods reject with BffError `identity-provider-unavailable` when it cannot be reached, is slow, answers 5xx
 * or nonsense; that never ends a session.
 */
export interface Provider {
  readonly issuer: string;
  /** Its public keys, one set for all that it signs. */
  readonly keys: Pick<KeySet, 'get'>;
  /** Where the browser goes to log in (pushed authorization requests when offered), and what it has to bring back. */
  beginLogin(wishes: LoginWishes): Promise<{ readonly url: URL; readonly attempt: LoginAttempt }>;
  /**
   * Redeems the answer that a browser brought.
   *
   * @param callback the redirect URI with the query that came
   * @throws BffError `login-failed`
   */
  completeLogin(callback: URL, attempt: LoginAttempt): Promise<CompletedLogin>;
  /**
   * Fresh tokens, and the user as the ID token or the UserInfo endpoint describes them now.
   *
   * @throws BffError `session-ended` at `invalid_grant`, when the provider speaks of another user, and when it has no way to say who
   * the user is now
   */
  refresh(session: Session): Promise<Renewal>;
  /** Revokes the refresh token (RFC 7009). Failures are not thrown: the login ends here all the same. */
  revoke(session: Session): Promise<void>;
  /**
   * Where the browser goes to log out there too; undefined when the provider offers no such place. The session is named by
   * `logout_hint` (RP-Initiated Logout 2) with its `sid`, not by `id_token_hint`: tokens are in no URL. A provider that takes the
   * hint for nothing asks the user first.
   */
  endSessionUrl(session: Session, returnTo: string): Promise<URL | undefined>;
  /** @throws BffError `token-invalid` */
  checkLogoutToken(token: string): Promise<LogoutNotice>;
  clientToken(wanted: { readonly scope?: string; readonly audience?: string }): Promise<IssuedToken>;
  /** @throws BffError `forbidden` when the provider refuses the exchange */
  exchangeToken(
    userToken: string,
    wanted: { readonly audience: string; readonly scope?: string },
  ): Promise<IssuedToken>;
  introspect(token: string): Promise<Introspection>;
}
