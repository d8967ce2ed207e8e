import type { Outcome } from './outcome.ts';

/** Failed attempts in a row from which an instance counts as failing. */
const FAILING = 3;

/** What real calls to an instance have come to lately: passive knowledge, for a health page. It keeps nobody from being called. */
export class CallHistory {
  /** When the last good answer came, in the clock's monotonic milliseconds; undefined before the first. */
  lastSuccess: number | undefined;
  /** The same for the last failure, 5xx included. */
  lastFailure: number | undefined;
  failuresInRow = 0;

  /** Whether all of the last calls failed. */
  get isFailing(): boolean {
    return this.failuresInRow >= FAILING;
  }

  /** Notes how an attempt ended; one that says nothing of the instance changes nothing. */
  record(outcome: Outcome, now: number): void {
    if (outcome === 'neutral') return;
    if (outcome === 'ok') {
      this.lastSuccess = now;
      this.failuresInRow = 0;
    } else {
      this.lastFailure = now;
      this.failuresInRow++;
    }
  }
}
