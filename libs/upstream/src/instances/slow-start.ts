import type { UpstreamInstance } from './upstream-instance.ts';

/** Steps in which the share of a new instance grows. */
const STEPS = 20;
/** Share that it begins with. */
const LEAST = 0.1;

/**
 * Gives each candidate its weight: that of its source, times what slow start leaves of it, which grows in a straight line from
 * a tenth to the whole.
 */
export class SlowStart {
  /** When the weights have to be worked out again, in the clock's monotonic milliseconds; `Infinity`: nobody is new. */
  nextStep = Infinity;

  /** @param duration milliseconds; 0: new instances get their whole share at once */
  constructor(private readonly duration: number) {}

  weigh(candidates: readonly UpstreamInstance[], now: number): void {
    let isGrowing = false;
    for (const candidate of candidates) {
      const { weight } = candidate.description;
      const age = this.duration === 0 ? 1 : (now - candidate.since) / this.duration;
      if (age < 1) isGrowing = true;
      // A spare one is a candidate only among its like.
      candidate.weight = (weight > 0 ? weight : 1) * (age < 1 ? LEAST + (1 - LEAST) * age : 1);
    }
    this.nextStep = isGrowing ? now + this.duration / STEPS : Infinity;
  }
}
