import type { Clock, Timer } from '@portico/core';

interface PendingCall {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock whose hands only the test turns: nothing happens until `advance()`. Monotonic time starts at 0. */
export class FakeClock implements Clock {
  private time = 0;
  /** In the order in which they were set, so that calls due at the same moment keep that order. */
  private readonly calls = new Set<PendingCall>();

  /** @param startedAt what `epoch()` says at first, milliseconds since 1970; by default the start of 2026 */
  constructor(private readonly startedAt = Date.UTC(2026, 0, 1)) {}

  /** Number of calls that were neither made nor cancelled: 0 means that no timer leaked. */
  get pending(): number {
    return this.calls.size;
  }

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.startedAt + this.time;
  }

  after(delay: number, callback: () => void): Timer {
    const call = { due: this.time + Math.max(0, delay), callback };
    this.calls.add(call);
    return { cancel: () => void this.calls.delete(call) };
  }

  /**
   * Lets `milliseconds` pass and makes the calls that come due, in order of their time, also those that other calls set
   * meanwhile. During a call `now()` is the moment it was due.
   */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let call = this.nextUntil(end); call; call = this.nextUntil(end)) {
      this.calls.delete(call);
      this.time = call.due;
      call.callback();
    }
    this.time = end;
  }

  private nextUntil(end: number): PendingCall | undefined {
    let next: PendingCall | undefined;
    for (const call of this.calls) {
      if (call.due <= end && (!next || call.due < next.due)) next = call;
    }
    return next;
  }
}
