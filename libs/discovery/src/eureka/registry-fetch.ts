import type { Clock } from '@portico/core';
import type { RegistryAnswer } from '../registry-client.ts';
import { appHash } from './app-hash.ts';
import { applyDelta, type Registry, registryOf } from './apply-delta.ts';
import type { EurekaPeers } from './eureka-peers.ts';
import { type Applications, parseApplications } from './parse-applications.ts';

/**
 * Milliseconds after which the whole registry is fetched though every delta agreed: the hash counts states only, so one instance
 * that left and one that came in a delta that was missed are not seen.
 */
const WHOLE_EVERY = 600_000;
/** Deltas add to what 16 MB of answer held; from here on the whole is fetched, which has its bound in bytes. */
const MAX_ENTRIES = 50_000;

/** What a delta can be applied to. */
interface Base {
  readonly registry: Registry;
  /** Each peer has a queue of changes of its own. */
  readonly peer: string;
  readonly wholeAt: number;
}

/**
 * Reads the registry as Eureka's own client does: the whole first, then what has changed; the whole again when the result has
 * another hash than the server's, after a failure, from another peer, and every ten minutes.
 */
export class RegistryFetch {
  private base: Base | undefined;

  constructor(
    private readonly peers: EurekaPeers,
    private readonly clock: Clock,
  ) {}

  /** The registry as it is now. @throws Error when no peer says it */
  async next(signal: AbortSignal): Promise<Registry> {
    const before = this.base;
    // After a failure nobody knows which changes were missed.
    this.base = undefined;
    this.base = (before && (await this.changed(before, signal))) ?? (await this.whole(signal));
    return this.base.registry;
  }

  private async whole(signal: AbortSignal): Promise<Base> {
    const { value, peer } = await this.peers.ask({ path: 'apps', signal }, parseApplications);
    return { registry: registryOf(value.instances), peer, wholeAt: this.clock.now() };
  }

  /** Undefined when the delta does not lead to what the peer has. */
  private async changed(base: Base, signal: AbortSignal): Promise<Base | undefined> {
    if (this.clock.now() - base.wholeAt >= WHOLE_EVERY) return undefined;
    const { value, peer } = await this.peers.ask({ path: 'apps/delta', signal }, parseDelta);
    if (!value || peer !== base.peer) return undefined;
    const registry = applyDelta(base.registry, value.instances);
    if (registry.size > MAX_ENTRIES || appHash(registry.values()) !== value.hash) return undefined;
    return { ...base, registry };
  }
}

/** Undefined when the server has deltas switched off, which it says with 403. */
function parseDelta(answer: RegistryAnswer): Applications | undefined {
  return answer.status === 403 ? undefined : parseApplications(answer);
}
