import { hkdfSync } from 'node:crypto';
import { type Clock, systemClock } from '@portico/core';
import type { LoginAttempt } from '../provider/provider.ts';
import { formatHostCookie, readCookies } from '../session/cookies.ts';
import { SessionCipher } from '../session/session-cipher.ts';

/** How long a user may take to log in, in milliseconds. */
export const LOGIN_LIFE = 600_000;

/** Logins that one browser may have begun: with paths of the longest kind they stay below 8 KB of `Cookie`. */
const MOST_LOGINS = 5;

/** Dead cookies that one answer clears; the next answers clear the rest. */
const MOST_CLEARED = 20;

/** A login that a browser has begun. */
export interface PendingLogin {
  readonly attempt: LoginAttempt;
  /** Whether the user must not be asked anything, so that a failure is no error. */
  readonly isSilent: boolean;
  /** Secret of the session that the new one takes the place of. */
  readonly previous: string | undefined;
}

/** As it stands in a cookie. */
interface Kept extends PendingLogin {
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/**
 * Logins under way, kept by the browsers themselves: one short-lived cookie for each, so that several tabs do not get into each
 * other's way. Encrypted with keys derived from the sessions' (HKDF, RFC 5869), bound to their names, and SameSite=Lax,
 * because the browser comes back with them from the provider.
 */
export class LoginCookies {
  private readonly prefix: string;
  private readonly cipher: SessionCipher;

  /**
   * @param sessionCookie name of the session's cookie, `__Host-web-bff`
   * @param keys of the sessions, 32 bytes each in base64url: the first encrypts, all decrypt
   */
  constructor(
    sessionCookie: string,
    keys: readonly string[],
    private readonly clock: Clock = systemClock,
  ) {
    this.prefix = `${sessionCookie}-login-`;
    this.cipher = new SessionCipher(keys.map(derive));
  }

  /**
   * `set-cookie` values that keep a login, and take away those that are over and the oldest of too many.
   *
   * @param header `Cookie` of the request
   */
  keep(header: string | undefined, login: PendingLogin): string[] {
    const { alive, dead } = this.sort(header);
    const tooMany = alive.slice(0, Math.max(0, alive.length - MOST_LOGINS + 1)).map(({ name }) => name);
    const cleared = [...tooMany, ...dead].slice(0, MOST_CLEARED);
    return [...cleared.map((name) => this.clear(name)), this.format({ ...login, begunAt: this.clock.epoch() })];
  }

  /** The login that a state belongs to, and the `set-cookie` value that takes its cookie away; undefined when it is not this browser's. */
  find(header: string | undefined, state: string): (PendingLogin & { readonly cleared: string }) | undefined {
    const name = this.nameOf(state);
    const [found, ...further] = this.sort(header).alive.filter((cookie) => cookie.name === name);
    if (!found || further.length > 0 || found.kept.attempt.state !== state) return undefined;
    return { ...found.kept, cleared: this.clear(name) };
  }

  /** `set-cookie` values with which the other logins of a browser will take the place of the session that one of them has led to. */
  succeed(header: string | undefined, state: string, secret: string): string[] {
    const others = this.sort(header).alive.filter(({ kept }) => kept.attempt.state !== state);
    return others.slice(-MOST_LOGINS).map(({ kept }) => this.format({ ...kept, previous: secret }));
  }

  /** A browser's logins, the oldest first, and the names of cookies that are none, or over. */
  private sort(header: string | undefined) {
    const alive: Array<{ readonly name: string; readonly kept: Kept }> = [];
    const dead: string[] = [];
    for (const { name, value } of readCookies(header, this.prefix)) {
      const kept = this.open(name, value);
      if (kept) alive.push({ name, kept });
      else if (/^[\w-]+$/.test(name)) dead.push(name);
    }
    return { alive: alive.sort((one, other) => one.kept.begunAt - other.kept.begunAt), dead };
  }

  private open(name: string, value: string): Kept | undefined {
    const text = this.cipher.open(value, name);
    if (text === undefined) return undefined;
    const kept = JSON.parse(text) as Kept;
    const age = this.clock.epoch() - kept.begunAt;
    return age < LOGIN_LIFE ? kept : undefined;
  }

  private format(kept: Kept): string {
    const name = this.nameOf(kept.attempt.state);
    const age = this.clock.epoch() - kept.begunAt;
    const maxAge = Math.max(1, Math.ceil((LOGIN_LIFE - age) / 1000));
    return formatHostCookie(name, this.cipher.seal(JSON.stringify(kept), name), { sameSite: 'Lax', maxAge });
  }

  private clear(name: string): string {
    return formatHostCookie(name, '', { sameSite: 'Lax', maxAge: 0 });
  }

  private nameOf(state: string): string {
    return `${this.prefix}${state.slice(0, 8)}`;
  }
}

/** A key of its own, so that nothing sealed as a session can be passed off as a login, or the reverse. */
function derive(key: string): string {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', 'portico login attempt', 32)).toString(
    'base64url',
  );
}
