import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, without } from './balancer.ts';
import { drawOne } from './random.balancer.ts';
import { WeightedSample } from './weighted-sample.ts';

/** Draws for a second instance before the next one in the list is taken: with very uneven weights it may not come. */
const DRAWS = 8;

/**
 * The power of two choices (Mitzenmacher, 2001): of two instances drawn by weight the cheaper one, by its peak-EWMA latency and
 * the calls it has under way. Slow instances get little, and many gateways do not all run to the same fast one.
 */
export class P2cBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  private meanWeight = 1;
  private readonly sample: WeightedSample;

  constructor(private readonly random: () => number) {
    this.sample = new WeightedSample(random);
  }

  update(candidates: readonly UpstreamInstance[]): void {
    const weights = candidates.map(({ weight }) => weight);
    this.candidates = candidates;
    this.meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    this.sample.update(weights);
  }

  choose(request: UpstreamRequest, _ctx: RequestContext, now: number): UpstreamInstance | undefined {
    const { candidates } = this;
    if (candidates.length <= 1) return candidates[0];
    if (request.avoid !== undefined) return this.chooseAmong(without(candidates, request.avoid), now);
    const first = this.sample.draw();
    return this.cheaper(candidates[first]!, candidates[this.drawOther(first)]!, now);
  }

  private drawOther(first: number): number {
    for (let draw = 0; draw < DRAWS; draw++) {
      const other = this.sample.draw();
      if (other !== first) return other;
    }
    return (first + 1) % this.candidates.length;
  }

  private chooseAmong(candidates: readonly UpstreamInstance[], now: number): UpstreamInstance {
    return this.cheaper(drawOne(candidates, this.random), drawOne(candidates, this.random), now);
  }

  /** The first when they are even, so that weights hold exactly while nothing tells the instances apart. */
  private cheaper(first: UpstreamInstance, second: UpstreamInstance, now: number): UpstreamInstance {
    const firstLatency = first.latency.at(now);
    const secondLatency = second.latency.at(now);
    // One that is not known yet counts as fast as the other: neither shunned nor flooded.
    const firstCost = (firstLatency || secondLatency || 1) * this.load(first);
    const secondCost = (secondLatency || firstLatency || 1) * this.load(second);
    return secondCost < firstCost ? second : first;
  }

  /** Calls under way once this one is, by relative weight. */
  private load({ inFlight, weight }: UpstreamInstance): number {
    return 1 + (inFlight * this.meanWeight) / weight;
  }
}
