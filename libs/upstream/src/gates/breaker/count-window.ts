import type { OutcomeWindow } from './outcome-window.ts';

const FAILED = 1;
const SLOW = 2;

/** The last so many calls, in a ring. */
export class CountWindow implements OutcomeWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  /** A byte for each call: `FAILED` and `SLOW`. */
  private readonly ring: Uint8Array;
  private position = 0;

  /** @param size how many calls it looks back */
  constructor(size: number) {
    this.ring = new Uint8Array(size);
  }

  add(failed: boolean, slow: boolean): void {
    const { ring, position } = this;
    if (this.calls === ring.length) this.count(ring[position]!, -1);
    const outcome = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.count(outcome, 1);
    ring[position] = outcome;
    this.position = position + 1 === ring.length ? 0 : position + 1;
  }

  clear(): void {
    this.calls = this.failures = this.slow = this.position = 0;
  }

  private count(outcome: number, step: 1 | -1): void {
    this.calls += step;
    if (outcome & FAILED) this.failures += step;
    if (outcome & SLOW) this.slow += step;
  }
}
