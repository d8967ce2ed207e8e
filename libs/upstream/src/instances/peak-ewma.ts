import type { Outcome } from '../health/outcome.ts';

/** Milliseconds in which what was seen loses 63 % of its weight, as in Finagle. */
const TAU = 10_000;
/** How many times as slow as it was an instance is taken for when it fails: errors come fast and must not attract calls. */
const PENALTY = 4;
/** Bounds of what a failure counts for, in milliseconds. */
const LEAST_PENALTY = 100;
const LARGEST_PENALTY = 10_000;

/**
 * Latency of an instance as an exponentially weighted moving average that follows a rise at once and a fall slowly (Finagle's
 * peak EWMA). It decays while nothing is heard, so that a slow instance is tried again.
 */
export class PeakEwma {
  private value = 0;
  private heardAt = -Infinity;

  /** Milliseconds to the head of an answer, as far as known at `now`; 0 as long as nothing is known. */
  at(now: number): number {
    return this.value === 0 ? 0 : this.value * Math.exp((this.heardAt - now) / TAU);
  }

  /** Notes that an attempt took `elapsed` milliseconds to `outcome`. */
  record(outcome: Outcome, elapsed: number, now: number): void {
    const faded = this.value === 0 ? 0 : Math.exp((this.heardAt - now) / TAU);
    const before = this.value * faded;
    // Whoever ended a neutral attempt did not wait for its answer: it took at least that long.
    if (outcome === 'neutral' && elapsed <= before) return;
    this.heardAt = now;
    if (outcome === 'failure' || outcome === 'error') {
      const penalty = Math.min(Math.max(before * PENALTY, LEAST_PENALTY), LARGEST_PENALTY);
      this.value = Math.max(elapsed, penalty);
    } else this.value = elapsed > before ? elapsed : before + elapsed * (1 - faded);
  }
}
