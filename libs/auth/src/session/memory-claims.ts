import type { Clock } from '@portico/core';
import { lookThrough } from './sliced-sweep.ts';

interface Claim {
  readonly claimant: string;
  /** In the clock's monotonic milliseconds. */
  readonly until: number;
}

/** Locks that are looked at for one that is over when there is no room: few, so that none waits for many. */
const FEW = 10;

/** Locks by name, each taken for a time, within one process. */
export class MemoryClaims {
  private readonly claims = new Map<string, Claim>();

  /** @param maxClaims locks held at the same time at most: to forget one early would let two hold it */
  constructor(
    private readonly clock: Clock,
    private readonly maxClaims: number,
  ) {}

  /** @throws Error when there is no room, which callers must take for "cannot be asked" */
  claim(name: string, claimant: string, ttl: number): boolean {
    const now = this.clock.now();
    const held = this.claims.get(name);
    if (held && held.until > now) return false;
    if (!held && this.claims.size >= this.maxClaims) this.dropSome(now);
    if (!held && this.claims.size >= this.maxClaims) throw new Error('too many locks are held at the same time');
    this.claims.set(name, { claimant, until: now + ttl });
    return true;
  }

  release(name: string, claimant: string): void {
    if (this.claims.get(name)?.claimant === claimant) this.claims.delete(name);
  }

  /** Goes through all locks once and drops those that are over. */
  sweep(): Generator<void> {
    return lookThrough(this.claims, (name, { until }) => {
      if (until <= this.clock.now()) this.claims.delete(name);
    });
  }

  /** Those that are not over go to the end of the line, so that the next look is at others. */
  private dropSome(now: number): void {
    let looked = 0;
    for (const [name, claim] of this.claims) {
      if (looked++ === FEW) return;
      this.claims.delete(name);
      if (claim.until > now) this.claims.set(name, claim);
    }
  }
}
