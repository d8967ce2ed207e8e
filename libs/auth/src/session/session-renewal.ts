import { setTimeout as pause } from 'node:timers/promises';
import { BffError, type Clock } from '@portico/core';
import type { Session } from './session.ts';
import type { SessionCodec } from './session-codec.ts';
import { freezeSession } from './session-codec.ts';
import { again } from '../provider/provider-error.ts';
import { RENEWAL_PAUSE, RenewalPauses } from './renewal-pauses.ts';
import { askStore, endOf } from './session-rules.ts';
import { digest, randomText } from './session-secret.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import type { Renewal } from './sessions.ts';

/** What a caller of `SessionRenewal.renew` wants. */
export interface RenewalWish {
  readonly refresh: (session: Session) => Promise<Renewal>;
  /** Milliseconds that the access token must be good for. */
  readonly margin: number;
}

/** What `SessionRenewal` needs; times are milliseconds. */
export interface SessionRenewalOptions {
  readonly store: SessionStore;
  readonly codec: SessionCodec;
  readonly clock: Clock;
  readonly idle: number;
  readonly life: number;
  readonly renewalTimeout: number;
  /** Hears the handle of a session that was renewed or has ended here. */
  readonly onChange: (handle: string) => void;
}

/** The lock outlasts the wait for the provider and then for the store. */
const LOCK_FACTOR = 3;

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
  private readonly pauses: RenewalPauses;
  private isClosed = false;

  constructor(private readonly options: SessionRenewalOptions) {
    this.pauses = new RenewalPauses(options.clock);
  }

  /** @param session as the caller knows it; its tokens are not fresh enough */
  renew(session: Session, wish: RenewalWish): Promise<Session> {
    const { handle } = session;
    const failure = this.pauses.failureOf(handle);
    if (failure) return Promise.reject(again(failure));
    let attempt = this.attempts.get(handle);
    if (!attempt) {
      attempt = new Promise<Session>((resolve, reject) => {
        const ended = this.attempt(session, wish, reject).then(resolve, reject);
        void ended.then(() => this.attempts.delete(handle));
      });
      // Callers may all have given up by the time it fails.
      attempt.catch(() => undefined);
      this.attempts.set(handle, attempt);
    }
    return this.withDeadline(attempt);
  }

  /** Tries nothing again from now on. */
  close(): void {
    this.isClosed = true;
  }

  /** @param failEarly told of a failure that callers need not wait out */
  private async attempt(known: Session, wish: RenewalWish, failEarly: (error: BffError) => void): Promise<Session> {
    const { clock, renewalTimeout } = this.options;
    const lock = `renewal ${digest(known.handle)}`;
    const owner = randomText(16);
    const giveUpAt = clock.now() + renewalTimeout;
    while (clock.now() < giveUpAt) {
      const { session } = await this.read(known);
      if (this.isFresh(session, known, wish)) return session;
      if (await this.claim(lock, owner)) {
        try {
          return await this.refreshLocked(known, wish, failEarly);
        } finally {
          await this.release(lock, owner);
        }
      }
      await shortPause();
    }
    throw tooLate();
  }

  /** A holder that dies frees the lock by expiry; one that lives is done before, or its provider is not. */
  private async claim(lock: string, owner: string): Promise<boolean> {
    const { store, renewalTimeout } = this.options;
    try {
      return await askStore(store.claim(lock, owner, LOCK_FACTOR * renewalTimeout));
    } catch (error) {
      // It may have been carried out although nobody has heard so.
      void this.release(lock, owner);
      throw error;
    }
  }

  /** Asks once, and if that fails goes on asking in the background until the lock has fallen by itself. */
  private async release(
    lock: string,
    owner: string,
    giveUpAt = this.options.clock.now() + LOCK_FACTOR * this.options.renewalTimeout,
  ): Promise<void> {
    try {
      await this.options.store.release(lock, owner);
    } catch {
      if (this.isClosed || this.options.clock.now() >= giveUpAt) return;
      void shortPause().then(() => this.release(lock, owner, giveUpAt));
    }
  }

  private async refreshLocked(
    known: Session,
    wish: RenewalWish,
    failEarly: (error: BffError) => void,
  ): Promise<Session> {
    const current = await this.read(known);
    const { session } = current;
    if (this.isFresh(session, known, wish)) return session;
    if (session.tokens.refreshToken === undefined) throw await this.ended(session);
    let renewal: Renewal;
    try {
      renewal = await this.ask(session, wish);
    } catch (error) {
      if (!(error instanceof BffError && error.code === 'session-ended')) throw error;
      // Refused because somebody was faster, whose lock had fallen: what that brought is good.
      const { session: latest, stored } = await this.read(known);
      if (stored.content !== current.stored.content) return latest;
      throw await this.ended(session, error);
    }
    // The provider speaks of somebody else now (OpenID Connect Core 12.2): that is not this session.
    if (renewal.principal.id !== session.principal.id) throw await this.ended(session);
    const renewed = await this.write(current, renewal, failEarly);
    if (renewal.failure) throw this.failed(session, renewal.failure);
    return renewed;
  }

  /** Asks the provider, unless somebody has within the last moment and got nothing. */
  private async ask(session: Session, { refresh }: RenewalWish): Promise<Renewal> {
    const [pause, owner] = [`renewal pause ${digest(session.handle)}`, randomText(16)];
    try {
      if (!(await askStore(this.options.store.claim(pause, owner, RENEWAL_PAUSE)))) throw askedBefore();
      const renewal = await refresh(session);
      // Before the lock is: whoever gets that finds no pause.
      if (!renewal.failure) void this.release(pause, owner);
      return renewal;
    } catch (error) {
      throw this.failed(session, error);
    }
  }

  private failed({ handle }: Session, error: unknown): unknown {
    if (error instanceof BffError && error.code === 'identity-provider-unavailable') this.pauses.failed(handle, error);
    return error;
  }

  /**
   * Keeps what the provider gave. The refresh token before is worthless now, so this is tried again for as long as the lock
   * lasts when the store is away, while the callers have their answer already.
   */
  private async write(current: Current, renewal: Renewal, failEarly: (error: BffError) => void): Promise<Session> {
    const { store, codec, clock, idle, renewalTimeout } = this.options;
    const { key, content: expected } = current.stored;
    const session = this.renewed(current.session, renewal);
    const replacement = { key, expected, content: codec.encode(session, key), expiresAt: session.expiresAt };
    const giveUpAt = clock.now() + renewalTimeout;
    for (;;) {
      try {
        const isWritten = await askStore(store.replace(replacement, idle));
        this.options.onChange(session.handle);
        // Not written: it was ended meanwhile, and stays so, or somebody else has renewed it.
        return isWritten ? session : (await this.read(session)).session;
      } catch (error) {
        const isAway = error instanceof BffError && error.code === 'sessions-unavailable';
        if (!isAway || this.isClosed || clock.now() >= giveUpAt) throw error;
        failEarly(error);
      }
      await shortPause();
    }
  }

  private renewed(session: Session, { principal, tokens }: Renewal): Session {
    const { idle, life } = this.options;
    const expiresAt = endOf(session.createdAt + life, tokens);
    const { lastSeenAt, idleExpiresAt } = session;
    return freezeSession({
      ...session,
      principal: { ...principal, door: 'session', session: session.handle },
      tokens: { ...tokens },
      expiresAt,
      idleExpiresAt: Math.min(Math.max(idleExpiresAt, lastSeenAt + idle), expiresAt),
    });
  }

  private async read({ handle }: Session): Promise<Current> {
    const stored = await askStore(this.options.store.readByHandle(handle));
    const session = stored && this.options.codec.decode(stored);
    if (!session || session.expiresAt <= this.options.clock.epoch()) throw new BffError('session-ended');
    return { stored, session };
  }

  /** Fresh enough, or renewed since the caller looked and alive: tokens that never reach the margin are not asked for again and again. */
  private isFresh({ tokens }: Session, known: Session, { margin }: RenewalWish): boolean {
    const wasRenewed = tokens.accessTokenExpiresAt !== known.tokens.accessTokenExpiresAt;
    return tokens.accessTokenExpiresAt > this.options.clock.epoch() + (wasRenewed ? 0 : margin);
  }

  private async ended({ principal, handle }: Session, error = new BffError('session-ended')): Promise<BffError> {
    await askStore(this.options.store.remove({ owner: digest(principal.id), handle }));
    this.options.onChange(handle);
    return error;
  }

  private withDeadline(attempt: Promise<Session>): Promise<Session> {
    return new Promise((resolve, reject) => {
      const timer = this.options.clock.after(this.options.renewalTimeout, () => reject(tooLate()));
      attempt.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

function tooLate(): BffError {
  return new BffError('identity-provider-unavailable', { detail: 'fresh tokens took too long' });
}

function askedBefore(): BffError {
  const detail = 'The identity provider was asked a moment ago, and could not answer.';
  return new BffError('identity-provider-unavailable', { detail, headers: { 'retry-after': '1' } });
}

/** Between two looks at the store; random, so that replicas do not look in step. */
function shortPause(): Promise<void> {
  return pause(25 + Math.random() * 50, undefined, { ref: false });
}
