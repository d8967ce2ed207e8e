import type { Clock } from '@portico/core';

interface Claim {
  readonly claimant: string;
  /** In the clock's monotonic milliseconds. */
  readonly until: number;
}

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
    if (!held && this.claims.size >= this.maxClaims) this.sweep();
    if (!held && this.claims.size >= this.maxClaims) throw new Error('too many locks are held at the same time');
    this.claims.set(name, { claimant, until: now + ttl });
    return true;
  }

  release(name: string, claimant: string): void {
    if (this.claims.get(name)?.claimant === claimant) this.claims.delete(name);
  }

  sweep(): void {
    const now = this.clock.now();
    for (const [name, { until }] of this.claims) if (until <= now) this.claims.delete(name);
  }
}
