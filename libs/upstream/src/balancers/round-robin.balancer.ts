import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';
import { Turns } from './turns.ts';

/** In turn, by weight. An instance that an earlier attempt of a call went to keeps its turn for the next call. */
export class RoundRobinBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  private turns = new Turns([], []);

  constructor(private readonly random: () => number) {}

  update(candidates: readonly UpstreamInstance[]): void {
    const waits = new Map(this.candidates.map((candidate, index) => [candidate, this.turns.waits(index)]));
    const weights = candidates.map(({ weight }) => weight);
    // Gateways that begin together must not all begin with the same instance.
    const firsts = candidates.map((candidate) => waits.get(candidate) ?? this.random());
    this.candidates = candidates;
    this.turns = new Turns(weights, firsts);
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    const { candidates } = this;
    if (candidates.length <= 1) return candidates[0];
    const { avoid } = request;
    if (avoid === undefined) return candidates[this.turns.take()];
    const untried = this.turns.take((index) => !isAvoided(request, candidates[index]!));
    return candidates[untried >= 0 ? untried : this.turns.take()];
  }
}
