import type { BreakerPolicy } from '../../policies/breaker.policy.ts';
import { CountWindow } from './count-window.ts';
import { TimeWindow } from './time-window.ts';

/** The calls by which a circuit breaker judges an upstream. */
export interface OutcomeWindow {
  /** Calls, and how many of them failed or were slow, as of the last `add`. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /**
   * Notes a call that ended; O(1), allocates nothing.
   *
   * @param now the clock's monotonic milliseconds
   */
  add(failed: boolean, slow: boolean, now: number): void;
  /** Forgets all. */
  clear(): void;
}

/** The window that a policy asks for. */
export function outcomeWindow(window: BreakerPolicy['window']): OutcomeWindow {
  return 'calls' in window ? new CountWindow(window.calls) : new TimeWindow(window.milliseconds);
}
