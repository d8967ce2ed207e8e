import type { BffError, RequestContext, Timer } from '@portico/core';
import { refusal } from '../refusal.ts';
import type { Slots } from './slots.ts';

/** Places of one upstream. */
export interface Need {
  readonly slots: Slots;
  /** At least 1. */
  readonly places: number;
}

/** The two ends of the promise of a waiter. */
interface Settlers {
  resolve(): void;
  reject(error: BffError): void;
}

/**
 * Someone who waits for places, of one upstream or of several. It holds none while it waits and gets all of them at once, so nobody waits for
 * places that a waiter holds.
 */
export class Waiter {
  private readonly timer: Timer;

  /** @param home the upstream whose places it lacks: its line, and its patience, count */
  private constructor(
    private readonly needs: readonly Need[],
    private readonly home: Slots,
    private readonly ctx: RequestContext,
    private readonly settlers: Settlers,
  ) {
    this.timer = ctx.clock.after(home.policy.queueTimeout, () => this.giveUp(refusalOf(home)));
  }

  /**
   * Waits in line.
   *
   * @param home one of them that does not offer what is needed
   * @throws BffError as `Slots.wait`
   */
  static wait(needs: readonly Need[], home: Slots, ctx: RequestContext): Promise<void> {
    if (!home.hasRoomInLine) return Promise.reject(refusalOf(home));
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(needs, home, ctx, { resolve, reject });
      for (const { slots, places } of needs) slots.join(waiter, places, slots === home);
      ctx.onAbort(waiter.giveUp);
    });
  }

  /** Waits in front of the line. @throws BffError as `Slots.wait` */
  static waitFirst(slots: Slots, ctx: RequestContext): Promise<void> {
    if (!slots.hasRoomInFront) return Promise.reject(refusalOf(slots));
    return new Promise((resolve, reject) => {
      const waiter = new Waiter([{ slots, places: 1 }], slots, ctx, { resolve, reject });
      slots.joinFirst(waiter);
      ctx.onAbort(waiter.giveUp);
    });
  }

  /** Whether all that it needs of others than `known` is offered to it. */
  fitsBeside(known: Slots): boolean {
    return this.needs.every(({ slots, places }) => slots === known || slots.offers(places, this));
  }

  /** Its turn has come. */
  enter(): void {
    this.leave();
    for (const { slots, places } of this.needs) slots.take(places);
    this.settlers.resolve();
  }

  private readonly giveUp = (reason: BffError): void => {
    this.leave();
    this.settlers.reject(reason);
    for (const { slots } of this.needs) slots.advance();
  };

  private leave(): void {
    this.timer.cancel();
    this.ctx.offAbort(this.giveUp);
    for (const { slots } of this.needs) slots.leave(this, slots === this.home);
  }
}

function refusalOf({ upstream, policy }: Slots): BffError {
  return refusal(upstream, 'bulkhead', policy.queueTimeout);
}
