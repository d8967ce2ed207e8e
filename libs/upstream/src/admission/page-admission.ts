import type { RequestContext } from '@portico/core';
import type { Slots } from '../gates/bulkhead/slots.ts';
import { Line } from '../gates/bulkhead/line.ts';
import { Booking } from './booking.ts';
import { PagePlaces } from './page-places.ts';

/** What a page needs of one upstream. */
export interface PageNeed {
  readonly upstream: string;
  /** Calls that it has under way at one time at most, at least 1. */
  readonly places: number;
  /** The same, counted part by part: how many `renounce` hears of in all. */
  readonly calls: number;
  /** Whether the page is nothing without them. */
  readonly isRequired: boolean;
}

/** The same with the places that the upstream has. */
export interface KnownNeed extends Omit<PageNeed, 'upstream'> {
  /** Undefined: it has no bulkhead. */
  readonly slots: Slots | undefined;
}

/**
 * Lets pages in as a whole: all places that their required upstreams need at once, or none. A page that has to wait holds nothing. What only
 * optional parts need is taken where it is to be had and otherwise left to the calls themselves, so that an upstream that hangs costs
 * pages their optional parts and not their answer.
 */
export class PageAdmission {
  private readonly line: Line;

  constructor(private readonly needs: readonly KnownNeed[]) {
    this.line = new Line(
      needs.flatMap(({ slots, places, isRequired }) => (slots && isRequired ? [{ slots, places }] : [])),
    );
  }

  /**
   * Lets a page in, at once or after a while; its places must be closed once.
   *
   * @throws BffError as a rejection: `upstream-saturated` when the line is full or it took too long, nothing was called then; the reason,
   *   when the request is given up meanwhile
   */
  enter(ctx: RequestContext): PagePlaces | Promise<PagePlaces> {
    const waiting = this.line.enter(ctx);
    return waiting === undefined ? this.placesTaken() : waiting.then(() => this.placesTaken());
  }

  private placesTaken(): PagePlaces {
    return new PagePlaces(
      this.needs.map(({ slots, places, calls, isRequired }) =>
        slots && (isRequired || slots.tryTake(places)) ? new Booking(slots, places, calls) : undefined,
      ),
    );
  }
}
