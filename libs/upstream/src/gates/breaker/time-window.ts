import { RollingCount } from '../../stages/rolling-count.ts';
import type { OutcomeWindow } from './outcome-window.ts';

/** The calls that ended in the last so many milliseconds, in one-second buckets. */
export class TimeWindow implements OutcomeWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  private readonly all: RollingCount;
  private readonly failed: RollingCount;
  private readonly late: RollingCount;

  /** @param milliseconds how far it looks back, rounded up to whole seconds */
  constructor(milliseconds: number) {
    const seconds = Math.ceil(milliseconds / 1_000);
    this.all = new RollingCount(seconds);
    this.failed = new RollingCount(seconds);
    this.late = new RollingCount(seconds);
  }

  add(failed: boolean, slow: boolean, now: number): void {
    this.all.add(now);
    if (failed) this.failed.add(now);
    if (slow) this.late.add(now);
    this.calls = this.all.total(now);
    this.failures = this.failed.total(now);
    this.slow = this.late.total(now);
  }

  clear(): void {
    this.all.clear();
    this.failed.clear();
    this.late.clear();
    this.calls = this.failures = this.slow = 0;
  }
}
