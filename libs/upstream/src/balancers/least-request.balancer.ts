import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';

/** Fewest calls under way by weight; among equals one is drawn by weight. Linear in the number of instances. */
export class LeastRequestBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];

  constructor(private readonly random: () => number) {}

  update(candidates: readonly UpstreamInstance[]): void {
    this.candidates = candidates;
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    if (this.candidates.length <= 1) return this.candidates[0];
    return this.least(request) ?? this.least(undefined);
  }

  private least(request: UpstreamRequest | undefined): UpstreamInstance | undefined {
    let best: UpstreamInstance | undefined;
    let leastLoad = Infinity;
    let weightOfEquals = 0;
    for (const candidate of this.candidates) {
      if (request !== undefined && isAvoided(request, candidate)) continue;
      const load = candidate.inFlight / candidate.weight;
      if (load > leastLoad) continue;
      weightOfEquals = load < leastLoad ? candidate.weight : weightOfEquals + candidate.weight;
      // Each of the equals seen so far stays with its share of their weight (reservoir sampling).
      if (load < leastLoad || this.random() * weightOfEquals < candidate.weight) best = candidate;
      leastLoad = load;
    }
    return best;
  }
}
