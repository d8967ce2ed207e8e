import { events, type InstanceEvent } from '../events.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';

/** The state of an instance in one word: the strongest reason to leave it out, or `healthy`. */
export function stateOf(instance: UpstreamInstance): Exclude<InstanceEvent['state'], 'joined' | 'gone'> {
  if (!instance.inService) return 'withdrawn';
  if (!instance.description.healthy) return 'unhealthy';
  if (instance.failsProbes) return 'failing-probes';
  return instance.ejected ? 'ejected' : 'healthy';
}

/**
 * Tells subscribers that an instance changed.
 *
 * @param reason one sentence
 * @param state default what it is now
 */
export function publishInstance(
  upstream: string,
  instance: UpstreamInstance,
  reason: string,
  state: InstanceEvent['state'] = stateOf(instance),
): void {
  if (!events.instance.hasSubscribers) return;
  const { id, host, port } = instance.description;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  events.instance.publish({ upstream, instance: id, address, state, reason } satisfies InstanceEvent);
}
