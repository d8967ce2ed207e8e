import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { isAvoided } from './balancer.ts';
import { WeightedSample } from './weighted-sample.ts';

const NONE: readonly UpstreamInstance[] = [];

/** Draws candidates by weight: for a first attempt in constant time, for another one in logarithmic time. */
export class CandidateDraw {
  private candidates: readonly UpstreamInstance[] = NONE;
  /** Made for the first retry after an update. */
  private indices: ReadonlyMap<UpstreamInstance, number> | undefined;
  private readonly sample: WeightedSample;

  /** @param random from 0 to below 1 */
  constructor(random: () => number) {
    this.sample = new WeightedSample(random);
  }

  /** @param candidates with weights above 0 */
  update(candidates: readonly UpstreamInstance[]): void {
    this.candidates = candidates;
    this.indices = undefined;
    this.sample.update(candidates.map(({ weight }) => weight));
  }

  /** An instance that no earlier attempt of the call went to as long as there is one; there are candidates. */
  drawFor(request: UpstreamRequest): UpstreamInstance {
    const drawn = this.candidates[this.sample.draw()]!;
    return isAvoided(request, drawn) ? (this.drawOther(request.avoid!) ?? drawn) : drawn;
  }

  /** The same, and another one than `first`; undefined when there is none. */
  drawBeside(request: UpstreamRequest, first: UpstreamInstance): UpstreamInstance | undefined {
    const drawn = this.candidates[this.sample.draw()]!;
    if (drawn !== first && !isAvoided(request, drawn)) return drawn;
    return this.drawOther([first, ...(request.avoid ?? NONE)]);
  }

  private drawOther(avoid: readonly UpstreamInstance[]): UpstreamInstance | undefined {
    this.indices ??= new Map(this.candidates.map((candidate, index) => [candidate, index]));
    const left = new Set<number>();
    for (const one of avoid) {
      const index = this.indices.get(one);
      if (index !== undefined) left.add(index);
    }
    return this.candidates[this.sample.drawWithout([...left])];
  }
}
