import type { BffError, RequestContext } from '@portico/core';
import type { BulkheadPolicy } from '../../policies/bulkhead.policy.ts';
import { refusal } from '../refusal.ts';

/** A bounded number of slots, and a bounded queue of calls that wait for one, first come, first served. */
export class Slots {
  private taken = 0;
  /** What lets each waiting call go on, in the order in which they came. Empty as long as a slot is free. */
  private readonly queue = new Set<() => void>();

  constructor(
    private readonly policy: BulkheadPolicy,
    private readonly upstream: string,
  ) {}

  /** Takes a slot if one is free; false: ask `wait`. Each slot taken must be released once. */
  tryTake(): boolean {
    if (this.taken === this.policy.calls) return false;
    this.taken++;
    return true;
  }

  /**
   * Waits in the queue until a slot is handed over.
   *
   * @throws BffError `upstream-saturated` at once if the queue is full, or when it took too long; the reason, when the
   *   request is given up meanwhile
   */
  wait(ctx: RequestContext): Promise<void> {
    if (this.queue.size >= this.policy.queue) return Promise.reject(this.refusal());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        timer.cancel();
        ctx.offAbort(giveUp);
        this.queue.delete(enter);
      };
      const enter = (): void => {
        leave();
        resolve();
      };
      const giveUp = (reason: BffError): void => {
        leave();
        reject(reason);
      };
      const timer = ctx.clock.after(this.policy.queueTimeout, () => giveUp(this.refusal()));
      this.queue.add(enter);
      ctx.onAbort(giveUp);
    });
  }

  /** Gives a slot back, which is the first waiting call's turn. */
  readonly release = (): void => {
    const [enter] = this.queue;
    if (enter) enter();
    else this.taken--;
  };

  private refusal(): BffError {
    return refusal(this.upstream, 'bulkhead', this.policy.queueTimeout);
  }
}
