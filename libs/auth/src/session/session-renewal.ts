import { setTimeout as pause } from 'node:timers/promises';
import { BffError, type Clock } from '@portico/core';
import type { Session } from './session.ts';
import type { SessionCodec } from './session-codec.ts';
import { freezeSession } from './session-codec.ts';
import { askStore, endOf } from './session-rules.ts';
import { digest, randomText } from './session-secret.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import type { Renewal } from './sessions.ts';

type Refresh = (session: Session) => Promise<Renewal>;

/** What `SessionRenewal` needs; times are milliseconds. */
export interface SessionRenewalOptions {
  readonly store: SessionStore;
  readonly codec: SessionCodec;
  readonly clock: Clock;
  readonly idle: number;
  readonly life: number;
  readonly renewalTimeout: number;
}

interface Current {
  readonly stored: StoredSession;
  readonly session: Session;
}

/**
 * Fresh tokens for a session, asked for once however many requests and replicas need them: calls of this process share one
 * attempt, attempts of several replicas take turns by a lock in the store, and each looks first what the one before brought.
 */
export class SessionRenewal {
  private readonly attempts = new Map<string, Promise<Session>>();

  constructor(private readonly options: SessionRenewalOptions) {}

  /** @param session as the caller knows it; its tokens are not fresh enough */
  renew(session: Session, refresh: Refresh, margin: number): Promise<Session> {
    const { handle } = session;
    let attempt = this.attempts.get(handle);
    if (!attempt) {
      attempt = this.attempt(session, refresh, margin).finally(() => this.attempts.delete(handle));
      // Callers may all have given up by the time it fails.
      attempt.catch(() => undefined);
      this.attempts.set(handle, attempt);
    }
    return this.withDeadline(attempt);
  }

  private async attempt(known: Session, refresh: Refresh, margin: number): Promise<Session> {
    const { store, clock, renewalTimeout } = this.options;
    const lock = `renewal ${digest(known.handle)}`;
    const owner = randomText(16);
    const giveUpAt = clock.now() + renewalTimeout;
    while (clock.now() < giveUpAt) {
      const current = await this.read(known);
      if (this.isFresh(current.session, known, margin)) return current.session;
      // A holder that dies frees it by expiry; one that lives is done before, or its provider is not.
      if (await askStore(store.claim(lock, owner, 2 * renewalTimeout))) {
        try {
          return await this.refreshLocked(known, refresh, margin);
        } finally {
          await store.release(lock, owner).catch(() => undefined);
        }
      }
      await pause(25 + Math.random() * 50, undefined, { ref: false });
    }
    throw new BffError('identity-provider-unavailable', { detail: 'fresh tokens took too long' });
  }

  private async refreshLocked(known: Session, refresh: Refresh, margin: number): Promise<Session> {
    const { session, stored } = await this.read(known);
    if (this.isFresh(session, known, margin)) return session;
    if (session.tokens.refreshToken === undefined) throw await this.ended(session);
    let renewal: Renewal;
    try {
      renewal = await refresh(session);
    } catch (error) {
      throw error instanceof BffError && error.code === 'session-ended' ? await this.ended(session, error) : error;
    }
    // The provider speaks of somebody else now (OpenID Connect Core 12.2): that is not this session.
    if (renewal.principal.id !== session.principal.id) throw await this.ended(session);
    return this.write(session, stored, renewal);
  }

  private async write(session: Session, { key, content: expected }: StoredSession, renewal: Renewal): Promise<Session> {
    const { store, codec, clock, idle, life } = this.options;
    const now = clock.epoch();
    const expiresAt = endOf(session.createdAt + life, renewal.tokens);
    const next = freezeSession({
      ...session,
      principal: { ...renewal.principal, door: 'session', session: session.handle },
      tokens: renewal.tokens,
      lastSeenAt: now,
      expiresAt,
      idleExpiresAt: Math.min(now + idle, expiresAt),
    });
    const replacement = { key, expected, content: codec.encode(next, key), expiresAt };
    return (await askStore(store.replace(replacement, idle))) ? next : (await this.read(session)).session;
  }

  private async read({ handle }: Session): Promise<Current> {
    const stored = await askStore(this.options.store.readByHandle(handle));
    const session = stored && this.options.codec.decode(stored);
    if (!session || session.expiresAt <= this.options.clock.epoch()) throw new BffError('session-ended');
    return { stored, session };
  }

  /** Fresh enough, or renewed since the caller looked and alive: tokens that never reach the margin are not asked for again and again. */
  private isFresh({ tokens }: Session, known: Session, margin: number): boolean {
    const wasRenewed = tokens.accessTokenExpiresAt !== known.tokens.accessTokenExpiresAt;
    return tokens.accessTokenExpiresAt > this.options.clock.epoch() + (wasRenewed ? 0 : margin);
  }

  private async ended(session: Session, error = new BffError('session-ended')): Promise<BffError> {
    await askStore(this.options.store.remove({ owner: digest(session.principal.id), handle: session.handle }));
    return error;
  }

  private withDeadline(attempt: Promise<Session>): Promise<Session> {
    return new Promise((resolve, reject) => {
      const timer = this.options.clock.after(this.options.renewalTimeout, () =>
        reject(new BffError('identity-provider-unavailable', { detail: 'fresh tokens took too long' })),
      );
      attempt.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}
