import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided, without } from './balancer.ts';
import { WeightedSample } from './weighted-sample.ts';

/** By weight, with no memory. */
export class RandomBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  private readonly sample: WeightedSample;

  constructor(private readonly random: () => number) {
    this.sample = new WeightedSample(random);
  }

  update(candidates: readonly UpstreamInstance[]): void {
    this.candidates = candidates;
    this.sample.update(candidates.map(({ weight }) => weight));
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    const { candidates } = this;
    if (candidates.length <= 1) return candidates[0];
    const chosen = candidates[this.sample.draw()]!;
    return isAvoided(request, chosen) ? drawOne(without(candidates, request.avoid!), this.random) : chosen;
  }
}

/** One of a list by weight, in linear time; the list is not empty. */
export function drawOne(candidates: readonly UpstreamInstance[], random: () => number): UpstreamInstance {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const candidate of candidates) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return candidates.at(-1)!;
}
