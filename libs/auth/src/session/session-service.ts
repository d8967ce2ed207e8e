import { type Clock, systemClock } from '@portico/core';
import type { NewSession, Session, SessionPage } from './session.ts';
import { type OpenedSession, type Renewal, type Sessions, SESSIONS_A_PAGE } from './sessions.ts';
import type { SessionCipher } from './session-cipher.ts';
import { freezeSession, SessionCodec } from './session-codec.ts';
import { SessionCopies } from './session-copies.ts';
import { sessionEndings } from './session-ending.ts';
import { SessionRenewal } from './session-renewal.ts';
import { digest, isSessionSecret, randomText } from './session-secret.ts';
import type { ListPlace, Selection, SessionRecord, SessionStore, SingleUse, StoredSession } from './session-store.ts';
import { askStore, endOf, loginDigest } from './session-rules.ts';

/** What `createSessions` needs. Times are milliseconds. */
export interface SessionsOptions {
  readonly store: SessionStore;
  readonly cipher: SessionCipher;
  readonly clock?: Clock;
  /** How long a session lasts without use. Default 30 minutes. */
  readonly idle?: number;
  /** How long a session lasts at most. Default 12 hours. */
  readonly life?: number;
  /** How long this process may answer from memory, where changes by other replicas are heard. Default 5 seconds. */
  readonly copyLife?: number;
  /** About as many bytes as this process remembers of sessions. Default 32 MiB. */
  readonly maxCopyBytes?: number;
  /** How long a call waits for fresh tokens. The provider's own deadline should be shorter. Default 10 seconds. */
  readonly renewalTimeout?: number;
}

/** The sessions of a BFF over a store. `close()` closes the store too. */
export function createSessions(options: SessionsOptions): Sessions {
  return new SessionService(options);
}

const DEFAULTS = {
  clock: systemClock,
  idle: 30 * 60_000,
  life: 12 * 3_600_000,
  copyLife: 5_000,
  maxCopyBytes: 32 * 1024 * 1024,
  renewalTimeout: 10_000,
};

class SessionService implements Sessions {
  private readonly options: Required<SessionsOptions>;
  private readonly store: SessionStore;
  private readonly clock: Clock;
  private readonly codec: SessionCodec;
  private readonly copies: SessionCopies;
  private readonly renewal: SessionRenewal;
  /** A use within this time of the last one writes nothing. */
  private readonly slideAfter: number;
  private readonly stopListening: () => void;

  constructor(options: SessionsOptions) {
    this.options = { ...DEFAULTS, ...options };
    const { store, clock, idle } = this.options;
    this.store = store;
    this.clock = clock;
    this.codec = new SessionCodec(options.cipher);
    this.copies = new SessionCopies(clock, this.options.maxCopyBytes);
    this.slideAfter = idle / 10;
    this.renewal = new SessionRenewal({
      ...this.options,
      codec: this.codec,
      onChange: (handle) => this.copies.changed(handle),
    });
    this.stopListening = store.onChange((handle) => this.copies.changed(handle));
  }

  recall(secret: string): Session | undefined {
    return this.store.isWatching ? this.copies.recall(secret) : undefined;
  }

  async find(secret: string, { slide = true }: { readonly slide?: boolean } = {}): Promise<Session | undefined> {
    const copy = this.recall(secret);
    if (copy || !isSessionSecret(secret)) return copy;
    const { mark } = this.copies;
    const { isWatching } = this.store;
    const key = digest(secret);
    const stored = await askStore(
      this.store.read(key, slide ? { idle: this.options.idle, after: this.slideAfter } : undefined),
    );
    const session = this.decode(stored);
    if (session && isWatching) {
      this.copies.keep(secret, session, { freshFor: this.freshFor(session), mark, length: stored!.content.length });
    }
    return session;
  }

  async begin(session: NewSession, previous?: string): Promise<OpenedSession> {
    const secret = randomText(32);
    const opened = this.sessionOf(session);
    const key = previous !== undefined && isSessionSecret(previous) ? digest(previous) : undefined;
    const ended = await askStore(this.store.create(this.recordOf(secret, opened), this.options.idle, key));
    // Not when the message of it arrives: from this moment on.
    if (previous !== undefined) this.copies.ended(previous);
    for (const handle of ended) {
      this.copies.changed(handle);
      sessionEndings.publish({ principal: opened.principal.id, handle, successor: opened.handle });
    }
    return { secret, session: opened };
  }

  async withFreshToken(
    session: Session,
    refresh: (session: Session) => Promise<Renewal>,
    margin = 0,
  ): Promise<Session> {
    if (session.tokens.accessTokenExpiresAt > this.clock.epoch() + margin) return session;
    return this.renewal.renew(session, { refresh, margin });
  }

  async end(principalId: string, handle: string): Promise<boolean> {
    return (await this.remove({ owner: digest(principalId), handle })) > 0;
  }

  endAll(principalId: string, except?: string): Promise<number> {
    return this.remove({ owner: digest(principalId), except });
  }

  endProviderSession(issuer: string, sid: string): Promise<number> {
    return this.remove({ login: loginDigest(issuer, sid) });
  }

  async list(principalId: string, after?: ListPlace): Promise<SessionPage> {
    // One more than a page: whether there is a next one.
    const listed = await askStore(this.store.list(digest(principalId), SESSIONS_A_PAGE + 1, after));
    const page = listed.slice(0, SESSIONS_A_PAGE);
    const items = page.flatMap((one) => {
      const session = this.decode(one);
      if (!session) return [];
      const { handle, device, createdAt, lastSeenAt, expiresAt } = session;
      return [{ handle, device, createdAt, lastSeenAt, expiresAt, place: one.place }];
    });
    return { items, next: listed.length > page.length ? page.at(-1)?.place : undefined };
  }

  useOnce(kind: SingleUse, identifier: string, ttl: number): Promise<boolean> {
    return askStore(this.store.useOnce(kind, digest(identifier), ttl));
  }

  async close(): Promise<void> {
    this.stopListening();
    this.renewal.close();
    await this.store.close();
  }

  private sessionOf(contents: NewSession): Session {
    const now = this.clock.epoch();
    const handle = randomText(16);
    const expiresAt = endOf(now + this.options.life, contents.tokens);
    return freezeSession({
      ...contents,
      principal: { ...contents.principal, door: 'session', session: handle },
      device: { ...contents.device, userAgent: contents.device.userAgent.slice(0, 200) },
      handle,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      idleExpiresAt: Math.min(now + this.options.idle, expiresAt),
      logoutToken: randomText(32),
    });
  }

  private recordOf(secret: string, session: Session): SessionRecord {
    const key = digest(secret);
    const { handle, principal, providerSession, createdAt, expiresAt } = session;
    return {
      key,
      handle,
      owner: digest(principal.id),
      login: providerSession === undefined ? undefined : loginDigest(principal.issuer, providerSession),
      content: this.codec.encode(session, key),
      createdAt: Math.floor(createdAt),
      expiresAt,
    };
  }

  private async remove(selection: Selection): Promise<number> {
    const handles = await askStore(this.store.remove(selection));
    // Another replica hears of it by message; here nobody may be answered from memory from this moment on.
    for (const handle of handles) this.copies.changed(handle);
    return handles.length;
  }

  private decode(stored: StoredSession | undefined): Session | undefined {
    const session = stored && this.codec.decode(stored);
    return session && session.expiresAt > this.clock.epoch() ? session : undefined;
  }

  /** Milliseconds that a copy is good for: until the store should hear that the session is used, at the latest. */
  private freshFor({ lastSeenAt, expiresAt }: Session): number {
    const now = this.clock.epoch();
    return Math.min(this.options.copyLife, lastSeenAt + this.slideAfter - now, expiresAt - now);
  }
}
