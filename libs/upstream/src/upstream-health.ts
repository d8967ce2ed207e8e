import { createHash } from 'node:crypto';
import type { SourceStatus } from '@portico/discovery';
import type { InstanceEvent } from './events.ts';
import { stateOf } from './health/instance-state.ts';
import type { InstanceSet } from './instances/instance-set.ts';
import type { UpstreamInstance } from './instances/upstream-instance.ts';

/** How an upstream is, for a health page: it names no address. */
export interface UpstreamHealth {
  readonly name: string;
  readonly source: SourceStatus & { readonly kind: string };
  readonly instances: readonly InstanceHealth[];
}

/** How an instance is. */
export interface InstanceHealth {
  /** See `opaqueId`. */
  readonly id: string;
  readonly zone: string | undefined;
  readonly state: Exclude<InstanceEvent['state'], 'gone'>;
}

/** How the instances of an upstream are at the moment. */
export function healthOf({ upstream: name, kind, status, all }: InstanceSet): UpstreamHealth {
  const instances = all.map((instance) => ({
    id: opaqueId(name, instance),
    zone: instance.description.zone,
    state: stateOf(instance),
  }));
  return { name, source: { kind, ...status }, instances };
}

/**
 * A name for an instance that may leave the gateway: the same in every process, and too short to tell which address it stands
 * for. Two instances may share one, which does no harm.
 */
export function opaqueId(upstream: string, { description }: UpstreamInstance): string {
  return createHash('sha256').update(`${upstream} ${description.id}`).digest('hex').slice(0, 8);
}
