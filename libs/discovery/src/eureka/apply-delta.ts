import type { EurekaInstance } from './parse-applications.ts';

/** All instances of a registry; the key means nothing outside this file. Never changed in place. */
export type Registry = ReadonlyMap<string, EurekaInstance>;

/** The registry of a whole answer. */
export function registryOf(instances: readonly EurekaInstance[]): Registry {
  return applyDelta(new Map(), instances);
}

/** The registry after these changes, made in their order. A change that was made before does no harm. */
export function applyDelta(registry: Registry, changes: readonly EurekaInstance[]): Registry {
  const next = new Map(registry);
  for (const instance of changes) {
    const key = JSON.stringify([instance.app, instance.id]);
    if (instance.deleted) next.delete(key);
    else next.set(key, instance);
  }
  return next;
}
