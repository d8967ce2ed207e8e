import type { BffError, RequestContext } from '@portico/core';
import { refusal } from '../refusal.ts';
import type { Slots } from './slots.ts';
import { Waiter } from './waiter.ts';

/** Places of one upstream. */
export interface Need {
  readonly slots: Slots;
  /** At least 1. */
  readonly places: number;
}

/**
 * Those who wait for the same places, of one upstream or of several, in the order in which they came. They hold none while they wait, and
 * each gets all of them at once, so nobody waits for places that a waiter holds. They stand at one upstream, their home, that does not
 * offer what they need; others are not kept from what they need elsewhere. As they need the same, whatever stops the first stops all:
 * the line moves as a whole, and what it costs does not depend on its length.
 */
export class Line {
  private readonly waiters = new Set<Waiter>();
  private home: Slots | undefined;

  /** @param isFront whether it goes before the other lines of its upstream, whoever came first */
  constructor(
    private readonly needs: readonly Need[],
    readonly isFront = false,
  ) {}

  get length(): number {
    return this.waiters.size;
  }

  /** When the first of them came; less than any time for a line in front. */
  get arrival(): number {
    return this.isFront ? -1 : this.first.arrival;
  }

  /** What those in it are refused with when they have waited long enough. */
  get refusal(): BffError {
    return refusalOf(this.home!);
  }

  /**
   * Takes all places that are needed, at once or after a while.
   *
   * @returns undefined when they were there
   * @throws BffError as `Slots.wait`
   */
  enter(ctx: RequestContext): Promise<void> | undefined {
    for (const { slots, places } of this.needs) if (!slots.offers(places)) return this.wait(slots, ctx);
    this.takeAll();
    return undefined;
  }

  /**
   * Waits at the end of the line.
   *
   * @param lacking an upstream that does not offer what is needed
   * @throws BffError as `Slots.wait`
   */
  wait(lacking: Slots, ctx: RequestContext): Promise<void> {
    const home = this.home ?? lacking;
    if (!home.hasRoom(this.isFront)) return Promise.reject(refusalOf(home));
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, home.policy.queueTimeout, ctx, { resolve, reject });
      this.waiters.add(waiter);
      this.standAt(home);
      waiter.watch();
    });
  }

  /** How many places the first of them needs at an upstream. */
  placesAt(slots: Slots): number {
    return this.needs.find((need) => need.slots === slots)!.places;
  }

  /** The home offers enough: the first of them has its turn if all others do, too; otherwise the line moves to one that does not. */
  advance(): void {
    const { first, home } = this;
    for (const { slots, places } of this.needs)
      if (slots !== home && !slots.offers(places, first.arrival)) return this.standAt(slots);
    this.remove(first);
    this.takeAll();
    first.enter();
  }

  /** Somebody waits no more, which may be the turn of others. */
  leave(waiter: Waiter): void {
    const { home } = this;
    this.remove(waiter);
    home?.advance();
  }

  private takeAll(): void {
    for (const { slots, places } of this.needs) slots.take(places);
  }

  private get first(): Waiter {
    const [first] = this.waiters;
    return first!;
  }

  private remove(waiter: Waiter): void {
    this.waiters.delete(waiter);
    if (this.waiters.size === 0) this.standAt(undefined);
  }

  private standAt(home: Slots | undefined): void {
    if (home === this.home) return;
    this.home?.leave(this);
    this.home = home;
    home?.join(this);
  }
}

function refusalOf({ upstream, policy }: Slots): BffError {
  return refusal(upstream, 'bulkhead', policy.queueTimeout);
}
