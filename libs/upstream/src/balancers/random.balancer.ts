import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import type { Balancer } from './balancer.ts';
import { CandidateDraw } from './candidate-draw.ts';

/** By weight, with no memory. */
export class RandomBalancer implements Balancer {
  private candidates: readonly UpstreamInstance[] = [];
  private readonly draw: CandidateDraw;

  constructor(random: () => number) {
    this.draw = new CandidateDraw(random);
  }

  update(candidates: readonly UpstreamInstance[]): void {
    this.candidates = candidates;
    this.draw.update(candidates);
  }

  choose(request: UpstreamRequest, _ctx: RequestContext): UpstreamInstance | undefined {
    const { candidates } = this;
    return candidates.length <= 1 ? candidates[0] : this.draw.drawFor(request);
  }
}
