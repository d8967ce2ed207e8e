/** Counts what happened in the last seconds, in one-second buckets; adding and reading are O(1) and allocate nothing. */
export class RollingCount {
  private readonly buckets: Uint32Array;
  private sum = 0;
  /** The second that the newest bucket stands for. */
  private newest = 0;

  /** @param seconds how far it looks back, the running second included */
  constructor(seconds: number) {
    this.buckets = new Uint32Array(seconds);
  }

  /** @param now the clock's monotonic milliseconds; a moment in the past counts for the newest second */
  add(now: number): void {
    this.moveTo(now);
    this.buckets[this.newest % this.buckets.length]!++;
    this.sum++;
  }

  /** How many there were up to `now`. */
  total(now: number): number {
    this.moveTo(now);
    return this.sum;
  }

  /** Forgets all. */
  clear(): void {
    this.buckets.fill(0);
    this.sum = 0;
  }

  private moveTo(now: number): void {
    const second = Math.floor(now / 1_000);
    if (second <= this.newest) return;
    const { buckets } = this;
    if (second - this.newest >= buckets.length) this.clear();
    else {
      for (let passed = this.newest + 1; passed <= second; passed++) {
        const index = passed % buckets.length;
        this.sum -= buckets[index]!;
        buckets[index] = 0;
      }
    }
    this.newest = second;
  }
}
