import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';

/** How much more than usual the rest of a zone can carry: Envoy's overprovisioning factor. */
const RESERVE = 1.4;

/**
 * Prefers instances of one zone: it keeps all calls while at least 1/1.4 (71 %) of its instances are candidates; below that as
 * many go to other zones as it lacks. A call that failed in the zone is tried again in another one if no instance is left here.
 */
export class ZoneAwareBalancer implements Balancer {
  /** Share of the calls that stays, 0 to 1. */
  private share = 1;

  /**
   * @param zone of this process
   * @param here balances within the zone
   * @param elsewhere balances among the other zones' instances
   */
  constructor(
    private readonly zone: string,
    private readonly here: Balancer,
    private readonly elsewhere: Balancer,
    private readonly random: () => number,
  ) {}

  update(candidates: readonly UpstreamInstance[], all: readonly UpstreamInstance[]): void {
    const near = candidates.filter((instance) => this.isNear(instance));
    const far = candidates.filter((instance) => !this.isNear(instance));
    const usual = all.filter((instance) => this.isNear(instance) && isUsual(instance)).length;
    this.share = far.length === 0 ? 1 : near.length === 0 ? 0 : Math.min(1, (RESERVE * near.length) / usual);
    this.here.update(near, all);
    this.elsewhere.update(far, all);
  }

  choose(request: UpstreamRequest, ctx: RequestContext, now: number): UpstreamInstance | undefined {
    const stays = this.share === 1 || (this.share > 0 && this.random() < this.share);
    const chosen = (stays ? this.here : this.elsewhere).choose(request, ctx, now);
    if (chosen !== undefined && !isAvoided(request, chosen)) return chosen;
    return (stays ? this.elsewhere : this.here).choose(request, ctx, now) ?? chosen;
  }

  private isNear({ description }: UpstreamInstance): boolean {
    return description.zone === this.zone;
  }
}

/** Whether it takes calls when nothing is wrong. */
function isUsual({ description, inService }: UpstreamInstance): boolean {
  return inService && description.weight > 0;
}
