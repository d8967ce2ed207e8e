import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';

/**
 * In turn, by weight: nginx's smooth weighted round robin, which spreads the turns of a heavy instance (`a b a c a`) instead
 * of taking them in a row. Linear in the number of instances.
 */
export class RoundRobinBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  /** What each candidate has saved up, in the order of `candidates`. */
  private credits = new Float64Array(0);

  update(candidates: readonly UpstreamInstance[]): void {
    const before = new Map(this.candidates.map((candidate, index) => [candidate, this.credits[index]!]));
    this.candidates = candidates;
    this.credits = Float64Array.from(candidates, (candidate) => before.get(candidate) ?? 0);
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    if (this.candidates.length <= 1) return this.candidates[0];
    const index = this.next(request);
    return this.candidates[index >= 0 ? index : this.next(undefined)];
  }

  /** Index of the instance whose turn it is, -1 when all are to be avoided. */
  private next(request: UpstreamRequest | undefined): number {
    const { candidates, credits } = this;
    let best = -1;
    let total = 0;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i]!;
      if (request !== undefined && isAvoided(request, candidate)) continue;
      credits[i]! += candidate.weight;
      total += candidate.weight;
      if (best < 0 || credits[i]! > credits[best]!) best = i;
    }
    if (best >= 0) credits[best]! -= total;
    return best;
  }
}
