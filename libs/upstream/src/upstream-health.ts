import type { SourceStatus } from '@portico/discovery';
import type { InstanceEvent } from './events.ts';
import { stateOf } from './health/instance-state.ts';
import type { InstanceSet } from './instances/instance-set.ts';
import { opaqueId } from './instances/opaque-id.ts';

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
  readonly state: Exclude<InstanceEvent['state'], 'joined' | 'gone'>;
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
