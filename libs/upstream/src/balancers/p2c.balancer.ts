import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import type { Balancer } from './balancer.ts';
import { CandidateDraw } from './candidate-draw.ts';

/** Calls under way by which an instance has to be over its share before the other one gets the call for certain. */
const LEAST_SPREAD = 0.5;

/** How many times as far over its share an instance is that hangs, in the long run: chance does not get there. */
const BEYOND_CHANCE = 3;

/**
 * The power of two choices (Mitzenmacher, 2001): of two instances drawn by weight the one that is not slower, and then the one
 * that has fewer calls under way for its weight. Slow instances get little, and many gateways do not all run to the same fast one.
 *
 * Calls are shared by weight exactly as long as nothing tells the instances apart. So an instance that is drawn twice gets the
 * call, unless it is slower than another one or far busier, and chance decides for the less busy instance as often as it decides
 * against it.
 */
export class P2cBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  private readonly draw: CandidateDraw;

  constructor(private readonly random: () => number) {
    this.draw = new CandidateDraw(random);
  }

  update(candidates: readonly UpstreamInstance[]): void {
    this.candidates = candidates;
    this.draw.update(candidates);
  }

  choose(request: UpstreamRequest, _ctx: RequestContext, now: number): UpstreamInstance | undefined {
    const { candidates } = this;
    if (candidates.length <= 1) return candidates[0];
    const first = this.draw.drawFor(request);
    const drawn = this.draw.drawFor(request);
    const second = drawn === first ? (this.draw.drawBeside(request, first) ?? first) : drawn;
    if (first.latency.isSlowerThan(second.latency, now)) return second;
    if (second.latency.isSlowerThan(first.latency, now)) return first;
    const isDrawnTwice = drawn === first && first.weight !== second.weight;
    return this.isBusier(first, second, isDrawnTwice ? BEYOND_CHANCE : 1) ? second : first;
  }

  /**
   * Whether the first instance has more of the calls that both have under way than its weight says. Small differences count with
   * a probability that grows with them: one call in ten is no sign of anything if its instance should have a tenth of the calls.
   *
   * @param spreads standard deviations from which it does for certain; below, chance decides only for 1
   */
  private isBusier(first: UpstreamInstance, second: UpstreamInstance, spreads: number): boolean {
    const calls = first.inFlight + second.inFlight;
    if (calls === 0) return false;
    const share = first.weight / (first.weight + second.weight);
    const excess = first.inFlight - calls * share;
    if (excess <= 0) return false;
    const spread = spreads * Math.max(LEAST_SPREAD, Math.sqrt(calls * share * (1 - share)));
    return excess >= spread || (spreads === 1 && this.random() * spread < excess);
  }
}
