import { hash, hkdfSync } from 'node:crypto';
import { type Clock, systemClock } from '@portico/core';
import type { LoginAttempt } from '../provider/provider.ts';
import { formatHostCookie, readCookies } from '../session/cookies.ts';
import { SessionCipher } from '../session/session-cipher.ts';

/** How long a user may take to log in, in milliseconds. */
export const LOGIN_LIFE = 600_000;

/**
 * Logins that one browser may have begun, and so the names that their cookies have: with paths of the longest kind they stay below
 * 8 KB of `Cookie`, also when many begin at once and no request knows of the others' cookies.
 */
const SLOTS = [0, 1, 2, 3, 4] as const;

/** Counters of turns; browsers that share one only choose a little less well. */
const TURNS = 1_024;

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

type Slot = (typeof SLOTS)[number];

/** As it stands in a cookie. */
interface Kept extends PendingLogin {
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/**
 * Logins under way, kept by the browsers themselves: one short-lived cookie for each, in one of a few slots, so that several tabs do
 * not get into each other's way and a browser never holds more of them than slots. Encrypted with keys derived from the sessions' (HKDF, RFC 5869), bound to their names, and SameSite=Lax,
 * because the browser comes back with them from the provider.
 */
export class LoginCookies {
  private readonly prefix: string;
  private readonly names: readonly string[];
  private readonly cipher: SessionCipher;
  /** By browser: which of its free slots comes next, so that tabs that begin at the same time get different ones. */
  private readonly turns = new Uint8Array(TURNS);

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
    this.names = SLOTS.map((slot) => `${this.prefix}${slot}`);
    this.cipher = new SessionCipher(keys.map(derive));
  }

  /**
   * `set-cookie` values that keep a login in a free slot, or in that of the oldest one, and take away those that are over.
   *
   * @param header `Cookie` of the request
   * @param browser whatever tells it from others
   */
  keep(header: string | undefined, login: PendingLogin, browser: string): string[] {
    const { alive, dead } = this.sort(header);
    const slot = this.nextSlot(alive, browser);
    const cleared = dead.filter((name) => name !== this.names[slot]).slice(0, MOST_CLEARED);
    return [...cleared.map((name) => this.clear(name)), this.format(slot, { ...login, begunAt: this.clock.epoch() })];
  }

  private nextSlot(alive: readonly { readonly slot: Slot }[], browser: string): Slot {
    const free = SLOTS.filter((slot) => !alive.some((login) => login.slot === slot));
    if (free.length === 0) return alive[0]!.slot;
    const index = hash('sha256', browser, 'buffer').readUInt16BE() % TURNS;
    const turn = this.turns[index]!++;
    return free[turn % free.length]!;
  }

  /** The login that a state belongs to, and the `set-cookie` value that takes its cookie away; undefined when it is not this browser's. */
  find(header: string | undefined, state: string): (PendingLogin & { readonly cleared: string }) | undefined {
    const [found, ...further] = this.sort(header).alive.filter(({ kept }) => kept.attempt.state === state);
    if (!found || further.length > 0) return undefined;
    return { ...found.kept, cleared: this.clear(this.names[found.slot]!) };
  }

  /** `set-cookie` values with which the other logins of a browser will take the place of the session that one of them has led to. */
  succeed(header: string | undefined, state: string, secret: string): string[] {
    const others = this.sort(header).alive.filter(({ kept }) => kept.attempt.state !== state);
    return others.slice(-SLOTS.length).map(({ slot, kept }) => this.format(slot, { ...kept, previous: secret }));
  }

  /** A browser's logins, the oldest first, and the names of cookies that are none, or over. */
  private sort(header: string | undefined) {
    const alive: Array<{ readonly slot: Slot; readonly kept: Kept }> = [];
    const dead: string[] = [];
    for (const { name, value } of readCookies(header, this.prefix)) {
      const slot = SLOTS.find((one) => this.names[one] === name);
      const kept = slot === undefined ? undefined : this.open(name, value);
      if (slot !== undefined && kept) alive.push({ slot, kept });
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

  private format(slot: Slot, kept: Kept): string {
    const name = this.names[slot]!;
    const age = this.clock.epoch() - kept.begunAt;
    const maxAge = Math.max(1, Math.ceil((LOGIN_LIFE - age) / 1000));
    return formatHostCookie(name, this.cipher.seal(JSON.stringify(kept), name), { sameSite: 'Lax', maxAge });
  }

  private clear(name: string): string {
    return formatHostCookie(name, '', { sameSite: 'Lax', maxAge: 0 });
  }
}

/** A key of its own, so that nothing sealed as a session can be passed off as a login, or the reverse. */
function derive(key: string): string {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', 'portico login attempt', 32)).toString(
    'base64url',
  );
}
