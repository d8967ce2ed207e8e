import type { RequestContext } from '@portico/core';
import type { BulkheadPolicy } from '../../policies/bulkhead.policy.ts';
import { Line } from './line.ts';

/**
 * A bounded number of places for calls, and a bounded number of those who wait: single calls for one place, pages for all that they
 * need here and at other upstreams at once. First come, first served: what comes free is kept for the first who needs more than
 * there is. Only who waits for another upstream is passed by.
 */
export class Slots {
  private taken = 0;
  /** Those who lack places here, by what they need. Unless there are none, the first of them needs more than is free. */
  private readonly lines = new Set<Line>();
  private readonly singles: Line = new Line([{ slots: this, places: 1 }]);
  /** Calls of pages that were let in, which go before all others. */
  private readonly begun: Line = new Line([{ slots: this, places: 1 }], true);

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
   * @param arrival of somebody who waits elsewhere; default who comes now, after everybody who waits
   */
  offers(places: number, arrival = Infinity): boolean {
    if (this.free < places) return false;
    const { first } = this;
    return !first || first.arrival > arrival;
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
    return this.singles.wait(this, ctx);
  }

  /** The same for a call of a page that was let in: before those in line, in a line of the same length. */
  waitFirst(ctx: RequestContext): Promise<void> {
    return this.begun.wait(this, ctx);
  }

  /** Gives places back, which may be somebody's turn. */
  readonly release = (places = 1): void => {
    this.taken -= places;
    this.advance();
  };

  /** Whether one more may wait for places here. @param isFront whether as a call of a page that was let in */
  hasRoom(isFront: boolean): boolean {
    let waiting = 0;
    for (const line of this.lines) if (line.isFront === isFront) waiting += line.length;
    return waiting < this.policy.queue;
  }

  /** A line lacks places here from now on. */
  join(line: Line): void {
    this.lines.add(line);
  }

  leave(line: Line): void {
    this.lines.delete(line);
  }

  /** A waiter that fits has its turn. */
  take(places: number): void {
    this.taken += places;
  }

  /** Lets in who fits: after places came free, or somebody waits no more who kept others waiting. */
  advance(): void {
    for (let line = this.first; line && line.placesAt(this) <= this.free; line = this.first) line.advance();
  }

  /** The line whose first came before those of the others. */
  private get first(): Line | undefined {
    let first: Line | undefined;
    for (const line of this.lines) if (!first || line.arrival < first.arrival) first = line;
    return first;
  }
}
