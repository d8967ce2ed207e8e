import type { RetryPolicy } from '../../policies/retry.policy.ts';
import { RollingCount } from '../rolling-count.ts';

/** Seconds that the budget looks back. */
const WINDOW = 10;

/**
 * How much more than it was asked for an upstream gets: further attempts and hedges of the last 10 s stay below a share of
 * the calls in that time, so that a failing upstream is not buried under repetitions. One for each upstream, shared by
 * all stages that repeat calls.
 */
export class RetryBudget {
  private readonly calls = new RollingCount(WINDOW);
  private readonly repetitions = new RollingCount(WINDOW);

  constructor(private readonly policy: Pick<RetryPolicy, 'budget' | 'budgetFloor'>) {}

  /**
   * Notes a call as the client made it, not its repetitions: the outermost stage that shares the budget does it.
   *
   * @param now the clock's monotonic milliseconds
   */
  countCall(now: number): void {
    this.calls.add(now);
  }

  /** Takes one repetition out of the budget; false when there is none left. */
  take(now: number): boolean {
    const { budget, budgetFloor } = this.policy;
    const taken = this.repetitions.total(now) + 1;
    // A quotient, for a product is not exact: 0.55 * 20 is more than 11.
    if (taken > budgetFloor && taken / this.calls.total(now) > budget) return false;
    this.repetitions.add(now);
    return true;
  }
}
