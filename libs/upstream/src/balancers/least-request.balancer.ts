import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';

/**
 * Calls that an instance may have saved up or had in advance. Among instances of equal weight that is just enough to take turns when
 * they are equally busy; with uneven weights it takes more, and still more would give a slow instance its whole share again.
 */
const MOST_CREDIT = { even: 0.5, uneven: 1.5 };

/**
 * Fewest calls under way for its weight. With few calls that alone would not tell a light instance from a heavy one, so each
 * instance also saves up its share of every call and pays for those that it gets. Linear in the number of instances.
 */
export class LeastRequestBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  /** Share of the weight and calls saved up, in the order of `candidates`. */
  private shares = new Float64Array(0);
  private credits = new Float64Array(0);
  private mostCredit = MOST_CREDIT.even;

  constructor(private readonly random: () => number) {}

  update(candidates: readonly UpstreamInstance[]): void {
    const before = new Map(this.candidates.map((candidate, index) => [candidate, this.credits[index]!]));
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
    const isEven = candidates.every(({ weight }) => weight === candidates[0]!.weight);
    this.candidates = candidates;
    this.mostCredit = isEven ? MOST_CREDIT.even : MOST_CREDIT.uneven;
    this.shares = Float64Array.from(candidates, ({ weight }) => weight / total);
    // Gateways that begin together must not all begin with the same instance.
    this.credits = Float64Array.from(candidates, (candidate) => before.get(candidate) ?? this.random());
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    const { candidates, credits } = this;
    if (candidates.length <= 1) return candidates[0];
    this.save();
    const index = this.most(request);
    const chosen = index >= 0 ? index : this.most(undefined);
    credits[chosen] = Math.max(-this.mostCredit, credits[chosen]! - 1);
    return candidates[chosen];
  }

  private save(): void {
    const { credits, shares, mostCredit } = this;
    for (let i = 0; i < credits.length; i++) credits[i] = Math.min(mostCredit, credits[i]! + shares[i]!);
  }

  /** Index of the instance that lacks most calls, under way and saved up together; -1 when all are to be avoided. */
  private most(request: UpstreamRequest | undefined): number {
    const { candidates, credits, shares } = this;
    let calls = 0;
    for (let i = 0; i < candidates.length; i++) calls += candidates[i]!.inFlight;
    let best = -1;
    let mostLacking = -Infinity;
    for (let i = 0; i < candidates.length; i++) {
      if (request !== undefined && isAvoided(request, candidates[i]!)) continue;
      const lacking = credits[i]! + calls * shares[i]! - candidates[i]!.inFlight;
      if (lacking <= mostLacking) continue;
      mostLacking = lacking;
      best = i;
    }
    return best;
  }
}
