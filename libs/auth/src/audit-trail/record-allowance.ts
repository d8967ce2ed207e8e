import type { Clock } from '@portico/core';

/** How many records may be written in a second for long, and how many at once. */
export interface AllowanceLimits {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket: how many records whoever causes them may fill the disk with. */
export class RecordAllowance {
  private left: number;
  /** In the clock's monotonic milliseconds. */
  private countedAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly limits: AllowanceLimits,
  ) {
    this.left = limits.burst;
    this.countedAt = clock.now();
  }

  /** Takes one; false when there is none. */
  take(): boolean {
    const now = this.clock.now();
    const { perSecond, burst } = this.limits;
    this.left = Math.min(burst, this.left + ((now - this.countedAt) / 1_000) * perSecond);
    this.countedAt = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
