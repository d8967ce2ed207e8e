import type { Slots } from '../gates/bulkhead/slots.ts';
import type { Booking } from './booking.ts';

/** The places that a page was let in with. Whoever runs the page closes it once, however it ends. */
export class PagePlaces {
  /** @param bookings by the index of what is needed; undefined: it has none there, its calls wait like those it could not foresee */
  constructor(private readonly bookings: readonly (Booking | undefined)[]) {}

  /** The place that a call of the page has at an upstream; undefined when all it had there are in use. */
  use(slots: Slots): Booking | undefined {
    for (const booking of this.bookings) if (booking?.slots === slots) return booking.use() ? booking : undefined;
    return undefined;
  }

  /**
   * A part makes so many calls less than it could have made.
   *
   * @param index of what it needs, as `admission()` was told
   */
  renounce(index: number, calls: number): void {
    this.bookings[index]?.renounce(calls);
  }

  /** The page has ended; calls that are still under way give their places back when they end. */
  close(): void {
    for (const booking of this.bookings) booking?.close();
  }
}
