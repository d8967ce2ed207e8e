/** Pieces that the window is cut into: what leaves it leaves in steps of a tenth. */
const SLOTS = 10;

/** Counts the calls of the last so many milliseconds, and those that failed, without allocating for a call. */
export class CallWindow {
  calls = 0;
  failures = 0;
  private readonly callsOf = new Uint32Array(SLOTS);
  private readonly failuresOf = new Uint32Array(SLOTS);
  private readonly slotLength: number;
  /** Number of the newest slot since time began. */
  private newest = 0;

  /** @param milliseconds how far it looks back */
  constructor(milliseconds: number) {
    this.slotLength = milliseconds / SLOTS;
  }

  /** @param now the clock's monotonic milliseconds; what goes back in time counts for the newest slot */
  add(failed: boolean, now: number): void {
    const current = Math.floor(now / this.slotLength);
    if (current > this.newest) this.moveTo(current);
    const index = this.newest % SLOTS;
    this.callsOf[index]!++;
    this.calls++;
    if (!failed) return;
    this.failuresOf[index]!++;
    this.failures++;
  }

  clear(): void {
    this.callsOf.fill(0);
    this.failuresOf.fill(0);
    this.calls = this.failures = 0;
  }

  private moveTo(current: number): void {
    if (current - this.newest >= SLOTS) this.clear();
    else for (let slot = this.newest + 1; slot <= current; slot++) this.forget(slot % SLOTS);
    this.newest = current;
  }

  private forget(index: number): void {
    this.calls -= this.callsOf[index]!;
    this.failures -= this.failuresOf[index]!;
    this.callsOf[index] = this.failuresOf[index] = 0;
  }
}
