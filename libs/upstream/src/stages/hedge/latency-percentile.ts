/** Milliseconds up to which latencies are not told apart. */
const SMALLEST = 0.1;
/** Each bucket reaches a tenth further than the one before: an estimate is up to that much too high. */
const GROWTH = 1.1;
const LOG_GROWTH = Math.log(GROWTH);
/** Reaches to 60 s; what took longer counts as 60 s. */
const BUCKETS = 1 + Math.ceil(Math.log(60_000 / SMALLEST) / LOG_GROWTH);
/** Latencies below which there is no estimate. */
const ENOUGH = 20;
/** Latencies after which each one seen so far counts half. */
const HALVE_AT = 2_000;
/** Latencies between two looks at the buckets. */
const REFRESH = 16;

/**
 * A percentile of the latencies seen lately, in constant memory: a histogram with logarithmic buckets (as HdrHistogram and
 * DDSketch have) that forgets by halving.
 */
export class LatencyPercentile {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private untilRefresh = ENOUGH;
  private estimate: number | undefined;

  /** @param percentile 0 to 1 */
  constructor(private readonly percentile: number) {}

  /** The estimate in milliseconds, undefined before enough latencies were seen; up to 16 latencies old. */
  get value(): number | undefined {
    return this.estimate;
  }

  /** @param latency in milliseconds */
  record(latency: number): void {
    const bucket = latency <= SMALLEST ? 0 : Math.ceil(Math.log(latency / SMALLEST) / LOG_GROWTH);
    this.counts[Math.min(bucket, BUCKETS - 1)]!++;
    this.total++;
    if (--this.untilRefresh > 0) return;
    this.untilRefresh = REFRESH;
    this.estimate = this.upperEdge();
    if (this.total >= HALVE_AT) this.halve();
  }

  /** The upper edge of the bucket that the percentile is in. */
  private upperEdge(): number {
    const rank = this.percentile * this.total;
    let seen = this.counts[0]!;
    let bucket = 0;
    while (seen < rank && bucket < BUCKETS - 1) seen += this.counts[++bucket]!;
    return SMALLEST * GROWTH ** bucket;
  }

  private halve(): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i]! /= 2;
    this.total /= 2;
  }
}
