import type { RequestContext } from '@portico/core';
import type { BulkheadPolicy } from '../../policies/bulkhead.policy.ts';
import { Waiter } from './waiter.ts';

/**
 * A bounded number of places for calls, and a bounded line of those who wait: single calls for one place, pages for all that they
 * need here and at other upstreams at once. First come, first served: what comes free is kept for the first who needs more than
 * there is. Only who waits for another upstream is passed by.
 */
export class Slots {
  private taken = 0;
  /** Who stands in line, in the order in which they came, with the places that they need here. Who fits does not stand here. */
  private readonly line = new Map<Waiter, number>();
  /** Those in line who lacked places here when they came; the others lacked places of another upstream. */
  private waiting = 0;
  /** Calls of pages that were let in, which go before those in line. Empty as long as a place is free. */
  private readonly begun = new Set<Waiter>();

  constructor(
    readonly policy: BulkheadPolicy,
    readonly upstream: string,
  ) {}

  /** Places that are free. */
  get free(): number {
    return this.policy.calls - this.taken;
  }

  /**
   * Whether so many places are free and nobody who came before is kept waiting for them.
   *
   * @param waiter somebody in line; default who comes now, after everybody in it
   */
  offers(places: number, waiter?: Waiter): boolean {
    const { free } = this;
    if (free < places) return false;
    for (const [other, needed] of this.line) {
      if (other === waiter) return true;
      if (needed > free) return false;
    }
    return true;
  }

  /** Takes so many places if they are offered; false: wait for them. Each place must be released once. */
  tryTake(places = 1): boolean {
    if (!this.offers(places)) return false;
    this.taken += places;
    return true;
  }

  /** The same for one place and a call of a page that was let in: it goes before those in line. */
  tryTakeFirst(): boolean {
    if (this.free === 0) return false;
    this.taken++;
    return true;
  }

  /**
   * Waits in line for a place.
   *
   * @throws BffError `upstream-saturated` at once if the line is full, or when it took too long; the reason, when the request is
   *   given up meanwhile
   */
  wait(ctx: RequestContext): Promise<void> {
    return Waiter.wait([{ slots: this, places: 1 }], this, ctx);
  }

  /** The same for a call of a page that was let in: before those in line, in a line of the same length. */
  waitFirst(ctx: RequestContext): Promise<void> {
    return Waiter.waitFirst(this, ctx);
  }

  /** Gives places back, which may be somebody's turn. */
  readonly release = (places = 1): void => {
    this.taken -= places;
    this.advance();
  };

  /** Whether one more may wait for places here. */
  get hasRoomInLine(): boolean {
    return this.waiting < this.policy.queue;
  }

  /** Whether one more call of a page that was let in may wait. */
  get hasRoomInFront(): boolean {
    return this.begun.size < this.policy.queue;
  }

  /** @param isHome whether it is for places here that it waits */
  join(waiter: Waiter, places: number, isHome: boolean): void {
    this.line.set(waiter, places);
    if (isHome) this.waiting++;
  }

  joinFirst(waiter: Waiter): void {
    this.begun.add(waiter);
  }

  leave(waiter: Waiter, isHome: boolean): void {
    if (this.begun.delete(waiter)) return;
    this.line.delete(waiter);
    if (isHome) this.waiting--;
  }

  /** A waiter that fits has its turn. */
  take(places: number): void {
    this.taken += places;
  }

  /** Lets in who fits: after places came free, or somebody left the line who kept others waiting. */
  advance(): void {
    for (const waiter of this.begun) {
      if (this.free === 0) return;
      waiter.enter();
    }
    for (const [waiter, places] of this.line) {
      if (places > this.free) return;
      if (waiter.fitsBeside(this)) waiter.enter();
    }
  }
}
