import { BffError, type Clock } from '@portico/core';
import type { IssuedToken } from '../provider/provider.ts';
import { again } from '../provider/provider-error.ts';
import { tellReplaced } from '../provider/replaced-failure.ts';

/** What tokens are kept with; tests replace both. */
export interface TokenMeans {
  readonly clock: Clock;
  /** From 0 to below 1: the jitter, so that replicas that started together do not ask together. */
  readonly random: () => number;
}

/** Milliseconds before its end from which a token is renewed in the background: this long, or up to twice as long by jitter. */
const RENEW_BEFORE = 30_000;
/** Milliseconds before its end from which a token is not sent any more: it has to arrive, and clocks differ. */
const UNUSABLE_BEFORE = 5_000;
/** Milliseconds in which nobody is asked after a failure, doubled with each further one up to the most. */
const COOL_DOWN = 1_000;
const LONGEST_COOL_DOWN = 5_000;
/** Milliseconds in which a new token is not renewed though an upstream refused it: one that refuses all must not cause a flood. */
const NEW = 5_000;
/** What an access token consists of (RFC 6749 A.12), but for spaces: nothing that would end a header field. */
const TOKEN = /^[\x21-\x7e]+$/;

interface Kept {
  readonly authorization: string;
  readonly issuedAt: number;
  readonly renewAt: number;
  readonly unusableAt: number;
}

/**
 * A token that is asked for when it is first needed and then kept: renewed in the background near its end, by one request at
 * a time however many wait. After a failure the token goes on being used as long as it is good, and nobody is asked for a
 * while. Times are milliseconds since 1970; margins shrink with a life of less than two minutes.
 */
export class CachedToken {
  private kept: Kept | undefined;
  private asking: Promise<string> | undefined;
  private failure: BffError | undefined;
  private failures = 0;
  /** In the clock's monotonic milliseconds. */
  private coolUntil = -Infinity;

  constructor(private readonly means: TokenMeans) {}

  /**
   * The value of `Authorization`; a promise only when there is no good token. Rejects with the BffError of `issue`.
   *
   * @param issue asks the provider; called at most once at a time
   */
  take(issue: () => Promise<IssuedToken>): string | Promise<string> {
    const { kept } = this;
    if (kept === undefined) return this.ask(issue);
    const now = this.means.clock.epoch();
    if (now < kept.renewAt) return kept.authorization;
    if (now >= kept.unusableAt) return this.ask(issue);
    // Its failure is told to those who wait for it once the token is not good any more.
    if (!this.isCooling()) {
      this.ask(issue).catch((error: unknown) =>
        tellReplaced('a fresh token for an upstream (the old one is still good)', error),
      );
    }
    return kept.authorization;
  }

  /**
   * An upstream answered 401 to this value: the next who takes it renews it in the background, if it is still kept and not new.
   * Until then it is used, for who can make an upstream answer 401 must not take it from all others while the provider is away.
   */
  refused(authorization: string): void {
    const { kept } = this;
    if (kept?.authorization !== authorization) return;
    const now = this.means.clock.epoch();
    if (now - kept.issuedAt >= NEW) this.kept = { ...kept, renewAt: Math.min(kept.renewAt, now) };
  }

  private isCooling(): boolean {
    return this.means.clock.now() < this.coolUntil;
  }

  private ask(issue: () => Promise<IssuedToken>): Promise<string> {
    if (this.asking) return this.asking;
    if (this.failure && this.isCooling()) return Promise.reject(again(this.failure));
    return (this.asking = this.issue(issue));
  }

  private async issue(issue: () => Promise<IssuedToken>): Promise<string> {
    try {
      const authorization = this.keep(await issue());
      this.failures = 0;
      this.failure = undefined;
      return authorization;
    } catch (error) {
      const { clock, random } = this.means;
      const pause = Math.min(LONGEST_COOL_DOWN, COOL_DOWN * 2 ** this.failures++);
      this.coolUntil = clock.now() + pause * (0.5 + random() / 2);
      this.failure = error instanceof BffError ? error : new BffError('internal', { cause: error });
      throw this.failure;
    } finally {
      this.asking = undefined;
    }
  }

  private keep({ accessToken, expiresAt }: IssuedToken): string {
    if (!TOKEN.test(accessToken)) {
      throw new BffError('identity-provider-unavailable', { cause: new Error('the provider gave what is no token') });
    }
    const now = this.means.clock.epoch();
    const life = Math.max(0, expiresAt - now);
    const ahead = Math.min(RENEW_BEFORE, life / 4) * (1 + this.means.random());
    const authorization = `Bearer ${accessToken}`;
    this.kept = {
      authorization,
      issuedAt: now,
      renewAt: expiresAt - ahead,
      unusableAt: expiresAt - Math.min(UNUSABLE_BEFORE, life / 10),
    };
    return authorization;
  }
}
