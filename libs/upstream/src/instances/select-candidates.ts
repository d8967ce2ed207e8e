import type { UpstreamInstance } from './upstream-instance.ts';

/**
 * The instances that calls may go to.
 *
 * Who was taken out of service on purpose never gets any. Those with weight 0 are spare: they are used when no other can be. What a
 * registry calls failing is left out as if it were not there, unless it says so of all. When fewer than `panicBelow` of the rest are
 * healthy, all of the rest are used: too few cannot carry the load, and a probe or a dependency that fails everywhere is the
 * likelier reason (Envoy's panic mode).
 *
 * @param panicBelow 0 to 1; 0: never, then there may be no candidate
 */
export function selectCandidates(all: readonly UpstreamInstance[], panicBelow: number): readonly UpstreamInstance[] {
  const inService = all.filter((instance) => instance.inService);
  const weighted = inService.filter(({ description }) => description.weight > 0);
  const known = knownOf(weighted);
  const healthy = known.filter((instance) => instance.healthy);
  if (healthy.length > 0 && healthy.length >= panicBelow * known.length) return healthy;
  const spare = healthy.length > 0 ? [] : inService.filter((instance) => isSpare(instance) && instance.healthy);
  if (spare.length > 0) return spare;
  if (panicBelow === 0) return [];
  return known.length > 0 ? known : knownOf(inService);
}

function knownOf(instances: readonly UpstreamInstance[]): readonly UpstreamInstance[] {
  const up = instances.filter(({ description }) => description.healthy);
  return up.length > 0 ? up : instances;
}

/** Also what is no number: nothing can be shared out by it. */
function isSpare({ description }: UpstreamInstance): boolean {
  return !(description.weight > 0);
}
