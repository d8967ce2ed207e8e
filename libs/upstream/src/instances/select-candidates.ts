import type { UpstreamInstance } from './upstream-instance.ts';

/**
 * The instances that calls may go to.
 *
 * Who was taken out of service on purpose never gets any. Of several priorities the first counts of which enough are healthy. Those with
 * weight 0 are spare: they are used when no other of their priority can be. What a registry calls failing is left out as if it were not
 * there, unless it says so of all. When fewer than `panicBelow` of the rest are healthy, in each priority, all of the rest are used: too few
 * cannot carry the load, and a probe or a dependency that fails everywhere is the likelier reason (Envoy's panic mode).
 *
 * @param panicBelow 0 to 1; 0: never, then there may be no candidate
 */
export function selectCandidates(all: readonly UpstreamInstance[], panicBelow: number): readonly UpstreamInstance[] {
  const groups = byPriority(all.filter((instance) => instance.inService));
  for (const group of groups) {
    const enough = enoughOf(group, panicBelow);
    if (enough.length > 0) return enough;
  }
  if (panicBelow === 0) return [];
  const best = groups.find((group) => group.some(({ healthy }) => healthy)) ?? groups[0]!;
  const known = knownOf(best.filter((instance) => !isSpare(instance)));
  return known.length > 0 ? known : knownOf(best);
}

/** Those of one priority that can do the work; none if they are too few. */
function enoughOf(group: readonly UpstreamInstance[], panicBelow: number): readonly UpstreamInstance[] {
  const known = knownOf(group.filter((instance) => !isSpare(instance)));
  const healthy = known.filter((instance) => instance.healthy);
  if (healthy.length === 0) return group.filter((instance) => isSpare(instance) && instance.healthy);
  return healthy.length >= panicBelow * known.length ? healthy : [];
}

/** The smallest number first. */
function byPriority(instances: readonly UpstreamInstance[]): readonly (readonly UpstreamInstance[])[] {
  const priorities = [...new Set(instances.map(({ description }) => description.priority))];
  if (priorities.length <= 1) return [instances];
  priorities.sort((one, other) => one - other);
  return priorities.map((priority) => instances.filter(({ description }) => description.priority === priority));
}

function knownOf(instances: readonly UpstreamInstance[]): readonly UpstreamInstance[] {
  const up = instances.filter(({ description }) => description.healthy);
  return up.length > 0 ? up : instances;
}

/** Also what is no number: nothing can be shared out by it. */
function isSpare({ description }: UpstreamInstance): boolean {
  return !(description.weight > 0);
}
