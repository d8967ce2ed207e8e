import type { Principal } from '@portico/core';
import type { ListPlace } from './session-store.ts';

/** What the identity provider gave for a login. Stays on the server: in no answer, URL, log line, metric or error. */
export interface SessionTokens {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly accessTokenExpiresAt: number;
  /** Undefined: the login lasts as long as the access token. */
  readonly refreshToken: string | undefined;
  /** Milliseconds since 1970, if the provider says so. */
  readonly refreshTokenExpiresAt: number | undefined;
  /** The last one: what a refresh brings is held against it. */
  readonly idToken: string;
}

/** The browser that a session belongs to, as its user will recognise it. */
export interface Device {
  /** `User-Agent`, cut to 200 characters. */
  readonly userAgent: string;
  /** The client's address at login. */
  readonly address: string;
}

/** What a login is made into. */
export interface NewSession {
  /** `door` is `session` and `session` undefined: `Sessions` fills in the handle. */
  readonly principal: Principal;
  readonly tokens: SessionTokens;
  /** `sid` of the ID token (OpenID Connect Front-Channel Logout 3): names the login at the provider. */
  readonly providerSession: string | undefined;
  readonly device: Device;
}

/** A login that lasts. Frozen; a change makes a new one. */
export interface Session extends NewSession {
  /** Names it in lists, logs and trails: 128 random bits in base64url, not the value of the cookie and nothing made of it. */
  readonly handle: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** The absolute end: never after the refresh token's. */
  readonly expiresAt: number;
  /** When it ends unless it is used before: never after `expiresAt`. */
  readonly idleExpiresAt: number;
  /** What logout must be asked with by link: random, good for this session only. */
  readonly logoutToken: string;
}

/** A session in the list that its user, or staff, sees. */
export type SessionSummary = Pick<Session, 'handle' | 'device' | 'createdAt' | 'lastSeenAt' | 'expiresAt'>;

/** A page of such a list, the newest session first. */
export interface SessionPage {
  readonly items: readonly ListedSummary[];
  /** What the next page begins behind; undefined: there is none. */
  readonly next: ListPlace | undefined;
}

/** A session in the list with its place there, which tells it from others in lists that are put together. */
export interface ListedSummary extends SessionSummary {
  readonly place: ListPlace;
}
