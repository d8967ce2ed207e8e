import { systemClock } from '@portico/core';
import { events, type RefusedEvent } from '../events.ts';
import { InstanceList } from '../instance-list.ts';
import type { InstanceSource } from '../instance-source.ts';
import { PolledSource } from '../polled-source.ts';
import { Poller, reasonOf } from '../poller.ts';
import { together } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';
import { ApiError } from './api-error.ts';
import { instancesOfSlices } from './instances-of-slices.ts';
import { type KubernetesAddress, readKubernetesAddress } from './kubernetes-address.ts';
import { type KubernetesSettings, readKubernetesSettings } from './kubernetes-settings.ts';
import type { Slice } from './slice.ts';
import { SliceClient } from './slice-client.ts';
import { SliceStore } from './slice-store.ts';
import { SliceWatch } from './slice-watch.ts';
import type { WatchEvent } from './watch-event.ts';

/**
 * Milliseconds within which a lost thread is taken up again, drawn anew each time: an API server that restarts cuts the watches of
 * all gateways at one moment.
 */
const LIST_AGAIN = 500;

/**
 * The pods of a Kubernetes service: `kubernetes://service.namespace:port`, by the API server of `KUBERNETES_URL`.
 *
 * @throws ConfigError listing all that is wrong with the address and the API server's settings
 */
export function openKubernetes(address: string, options: SourceOptions): InstanceSource {
  const [service, settings] = together(
    () => readKubernetesAddress(address, options.upstream),
    () => readKubernetesSettings(options.environment),
  );
  return new KubernetesSource(service, settings, options);
}

/** Lists the service's EndpointSlices and watches them from there on; lists again whenever the thread is lost. */
class KubernetesSource extends PolledSource {
  readonly kind = 'kubernetes';
  private readonly store = new SliceStore();
  private readonly client: SliceClient;
  private readonly watch: SliceWatch;
  protected readonly list: InstanceList;
  protected readonly poller: Poller;

  constructor(
    private readonly address: KubernetesAddress,
    settings: KubernetesSettings,
    private readonly options: SourceOptions,
  ) {
    super();
    const { upstream, egress, clock = systemClock, random = Math.random } = options;
    const client = new SliceClient(settings, address);
    const onEvents = (heard: readonly WatchEvent[]): void => this.heed(heard);
    const onFailure = (reason: string): void => this.list.fail(reason);
    this.client = client;
    this.watch = new SliceWatch({ client, onEvents, onSilence: onFailure, clock, random });
    this.list = new InstanceList({ upstream, kind: this.kind, egress, clock });
    this.poller = new Poller({ poll: (signal) => this.follow(signal), onFailure, clock, random });
  }

  /** One list and the watches that follow it; returns how long to wait before the next. */
  private async follow(signal: AbortSignal): Promise<number> {
    try {
      const { version, slices } = await this.client.list(signal);
      this.store.replace(slices);
      for (const slice of slices) this.refuseNames(slice);
      this.tell();
      await this.watch.follow(version, signal);
      return LIST_AGAIN * (this.options.random ?? Math.random)();
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryAfter === undefined) throw error;
      this.list.fail(reasonOf(error));
      // The poller may come a tenth too early.
      return error.retryAfter / 0.9;
    }
  }

  private heed(heard: readonly WatchEvent[]): void {
    for (const event of heard) {
      if (event.type === 'remove') this.store.remove(event.name);
      if (event.type !== 'put') continue;
      this.store.put(event.slice);
      this.refuseNames(event.slice);
    }
    this.tell();
  }

  private tell(): void {
    let candidates;
    try {
      candidates = instancesOfSlices(this.store.slices, this.address);
    } catch (error) {
      return this.list.fail(reasonOf(error));
    }
    this.list.accept(candidates);
  }

  /** Slices of names (deprecated) could lead anywhere, and DNS would have to say where. */
  private refuseNames({ addressType, endpoints }: Slice): void {
    if (addressType !== 'FQDN') return;
    const { upstream } = this.options;
    const reason = 'slices of type FQDN are not used';
    for (const { addresses } of endpoints) {
      events.refused.publish({
        upstream,
        kind: this.kind,
        candidate: `${addresses[0]}`,
        reason,
      } satisfies RefusedEvent);
    }
  }
}
