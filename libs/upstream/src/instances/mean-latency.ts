import type { Outcome } from '../health/outcome.ts';

/** Milliseconds in which what was seen loses 63 % of its weight. */
const TAU = 10_000;
/** How many times as slow as it was an instance is taken for when it fails: errors come fast and must not attract calls. */
const PENALTY = 4;
/** Bounds of what a failure counts for, in milliseconds. */
const LEAST_PENALTY = 100;
const LARGEST_PENALTY = 10_000;

/** Attempts, faded by age, from which on a latency can be believed. */
const CREDIBLE = 5;
/** How many times as slow as a credible one an instance has to be before that counts: less is chance. */
const MATERIAL = 2;

/**
 * Latency of an instance as a mean that fades with time. A mean is the same for an instance that gets few calls and one that gets
 * many, which the highest latency of late is not: so instances of unequal weight can be compared.
 */
export class MeanLatency {
  /** Milliseconds and number of the attempts, both faded since `heardAt`. */
  private total = 0;
  private count = 0;
  private heardAt = -Infinity;
  private hasFailed = false;

  /** Milliseconds to the head of a response, as last known; 0 as long as nothing is known. */
  get milliseconds(): number {
    return this.count === 0 ? 0 : this.total / this.count;
  }

  /**
   * Whether the instance is slower than another one by more than chance. What is known of it counts for less while nothing is
   * heard, until it is taken for as fast as the other, so that a slow instance is tried again. One of which nothing is known is
   * neither slower nor faster than any.
   */
  isSlowerThan(other: MeanLatency, now: number): boolean {
    const least = other.milliseconds;
    // A failure is no chance: a single good response elsewhere is better.
    const own = this.hasFailed ? Math.max(this.milliseconds, least * PENALTY) : this.milliseconds;
    const excess = own - least;
    if (excess <= 0 || least === 0 || (other.count < CREDIBLE && !this.hasFailed)) return false;
    return excess * this.faded(now) > least * (MATERIAL - 1);
  }

  /** Notes that an attempt took `elapsed` milliseconds to `outcome`. */
  record(outcome: Outcome, elapsed: number, now: number): void {
    const before = this.milliseconds;
    // Whoever ended a neutral attempt did not wait for its response: it took at least that long.
    if (outcome === 'neutral' && elapsed <= before) return;
    const faded = this.count === 0 ? 0 : this.faded(now);
    this.heardAt = now;
    this.hasFailed = outcome === 'failure' || outcome === 'error';
    if (this.hasFailed) {
      const penalty = Math.min(Math.max(before * PENALTY, LEAST_PENALTY), LARGEST_PENALTY);
      this.total = Math.max(elapsed, penalty);
      this.count = 1;
    } else {
      this.total = this.total * faded + elapsed;
      this.count = this.count * faded + 1;
    }
  }

  private faded(now: number): number {
    return Math.exp((this.heardAt - now) / TAU);
  }
}
