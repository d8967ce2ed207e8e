import type { BreakerPolicy } from '../../policies/breaker.policy.ts';

/** What the probes of a half-open circuit breaker said. */
export type Verdict = 'undecided' | 'passed' | 'failed';

/**
 * The probes of a half-open circuit breaker: a fixed number of calls that decide once all of them have ended. A probe
 * whose time is over has failed, whatever becomes of it later, so that one that hangs cannot keep the others waiting.
 */
export class Trial {
  /** When the last of the probes ended, in the clock's monotonic milliseconds. */
  endedAt = 0;
  /** Probes that ended, and how. */
  ended = 0;
  failures = 0;
  slow = 0;
  /** Ticket of each probe under way, with the moment its time is over; at most `policy.probes`. */
  private readonly underWay = new Map<number, number>();

  constructor(private readonly policy: BreakerPolicy) {}

  /** Lets a call through as a probe; false if enough are under way. */
  admit(ticket: number, now: number): boolean {
    if (this.ended + this.underWay.size >= this.policy.probes) return false;
    this.underWay.set(ticket, now + this.policy.probeTimeout);
    return true;
  }

  /** Takes back a probe that says nothing: another call may have its place. */
  release(ticket: number): void {
    this.underWay.delete(ticket);
  }

  /** Notes how a probe ended. Calls from before the trial, and probes whose time was over, are ignored. */
  settle(ticket: number, failed: boolean, slow: boolean, now: number): void {
    if (!this.underWay.delete(ticket)) return;
    this.ended++;
    if (failed) this.failures++;
    if (slow) this.slow++;
    this.endedAt = now;
  }

  /** Counts the probes whose time is over as failed. */
  expire(now: number): void {
    for (const [ticket, end] of this.underWay) {
      // In the order in which they were let through.
      if (end > now) return;
      this.settle(ticket, true, true, end);
    }
  }

  /** By the rates of the policy, once all probes have ended. */
  get verdict(): Verdict {
    const { probes, failureRate, slowRate } = this.policy;
    if (this.ended < probes) return 'undecided';
    return this.failures / probes >= failureRate || this.slow / probes >= slowRate ? 'failed' : 'passed';
  }
}
