import type { TrafficEvent } from '../events.ts';
import type { UpstreamInstance } from './upstream-instance.ts';

/** Who of an upstream's instances may get calls, in one word, and why. */
export type Traffic = Pick<TrafficEvent, 'state' | 'reason'>;

/**
 * What it means that of all instances these may get calls.
 *
 * @param candidates what `selectCandidates` chose
 */
export function trafficOf(all: readonly UpstreamInstance[], candidates: readonly UpstreamInstance[]): Traffic {
  if (candidates.length === 0) return { state: 'none', reason: whyNone(all) };
  const healthy = all.filter((instance) => instance.healthy).length;
  const failing = candidates.filter((instance) => !instance.healthy).length;
  const share = `${healthy} of ${all.filter((instance) => instance.inService).length} instances in service healthy`;
  if (failing > 0) return { state: 'panic', reason: `${share}, so ${failing} that fail get calls too` };
  const { priority } = candidates[0]!.description;
  const isFirst = all.every((instance) => !instance.inService || instance.description.priority >= priority);
  if (isFirst) return { state: 'normal', reason: share };
  return { state: 'spare', reason: `${share}, too few of them before priority ${priority}` };
}

function whyNone(all: readonly UpstreamInstance[]): string {
  if (all.length === 0) return 'it has no instance';
  const withdrawn = all.filter((instance) => !instance.inService);
  const reasons = [...new Set(withdrawn.map(({ description }) => description.withdrawn))].slice(0, 3).join(', ');
  if (withdrawn.length === all.length) return `all ${all.length} instances are taken out of service (${reasons})`;
  return `none of ${all.length - withdrawn.length} instances in service is healthy, and panic is off`;
}
