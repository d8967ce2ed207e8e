import type { Slots } from '../gates/bulkhead/slots.ts';

/** The places of one upstream that a page was let in with. What the page needs no more goes back at once. */
export class Booking {
  private inUse = 0;

  /**
   * @param held places taken for it
   * @param wanted calls that the page may still have under way or make at one time, counted part by part
   */
  constructor(
    readonly slots: Slots,
    private held: number,
    private wanted: number,
  ) {}

  /** Whether a call has one of the places now; it must leave once. */
  use(): boolean {
    if (this.inUse === this.held) return false;
    this.inUse++;
    return true;
  }

  /** The end of a call that had a place. */
  leave(): void {
    this.inUse--;
    this.trim();
  }

  /** So many calls will not be made any more. */
  renounce(calls: number): void {
    this.wanted -= calls;
    this.trim();
  }

  /** No further call will be made. */
  close(): void {
    this.wanted = 0;
    this.trim();
  }

  private trim(): void {
    const surplus = this.held - Math.max(this.wanted, this.inUse);
    if (surplus <= 0) return;
    this.held -= surplus;
    this.slots.release(surplus);
  }
}
