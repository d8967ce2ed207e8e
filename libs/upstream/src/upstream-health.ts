import type { SourceStatus } from '@portico/discovery';
import type { InstanceEvent, TrafficEvent } from './events.ts';
import { stateOf } from './health/instance-state.ts';
import type { InstanceSet } from './instances/instance-set.ts';
import { opaqueId } from './instances/opaque-id.ts';
import type { UpstreamInstance } from './instances/upstream-instance.ts';

/** How an upstream is, for a health page: it names no address. */
export interface UpstreamHealth {
  readonly name: string;
  readonly source: SourceStatus & { readonly kind: string };
  /** Whether only healthy instances get calls, failing ones too, or none. */
  readonly traffic: TrafficEvent['state'];
  readonly instances: readonly InstanceHealth[];
}

/** How an instance is, and how old that knowledge is. */
export interface InstanceHealth {
  /** See `opaqueId`. */
  readonly id: string;
  readonly zone: string | undefined;
  /** `failing`: it is in service, but all of its last calls failed. `healthy`: nothing is known against it. */
  readonly state: Exclude<InstanceEvent['state'], 'joined' | 'gone'> | 'failing';
  /** Passive knowledge, from real calls. */
  readonly calls: {
    /** Milliseconds since one went well; undefined if none has. */
    readonly lastSuccess: number | undefined;
    /** Milliseconds since one failed; undefined if none has. */
    readonly lastFailure: number | undefined;
    readonly failuresInRow: number;
  };
  /** Active knowledge, from probes; undefined when there are none, or none has ended yet. */
  readonly probes: { readonly last: 'good' | 'bad'; /** Milliseconds. */ readonly age: number } | undefined;
}

/**
 * How the instances of an upstream are at the moment.
 *
 * @param now in the clock's monotonic milliseconds
 */
export function healthOf({ upstream: name, kind, status, traffic, all }: InstanceSet, now: number): UpstreamHealth {
  const instances = all.map((instance) => healthOfInstance(name, instance, now));
  return { name, source: { kind, ...status }, traffic: traffic.state, instances };
}

function healthOfInstance(upstream: string, instance: UpstreamInstance, now: number): InstanceHealth {
  const { lastSuccess, lastFailure, failuresInRow, isFailing } = instance.history;
  const { lastProbe } = instance;
  const ageOf = (time: number | undefined): number | undefined => (time === undefined ? undefined : now - time);
  const state = stateOf(instance);
  return {
    id: opaqueId(upstream, instance),
    zone: instance.description.zone,
    state: state === 'healthy' && isFailing ? 'failing' : state,
    calls: { lastSuccess: ageOf(lastSuccess), lastFailure: ageOf(lastFailure), failuresInRow },
    probes: lastProbe && { last: lastProbe.good ? 'good' : 'bad', age: now - lastProbe.at },
  };
}
