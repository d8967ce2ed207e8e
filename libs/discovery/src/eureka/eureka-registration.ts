import { systemClock } from '@portico/core';
import { PolledRegistration } from '../polled-registration.ts';
import type { Registration, RegistrationOptions } from '../registration.ts';
import type { RegistryAnswer } from '../registry-client.ts';
import { EurekaPeers, type PeerRequest } from './eureka-peers.ts';
import { readPeers } from './eureka-settings.ts';
import {
  instanceBody,
  instanceId,
  type InstanceState,
  type OwnStatus,
  type RegisteredInstance,
} from './registered-instance.ts';

/** Milliseconds for each answer of each peer. Closing takes at most two of them for each peer. */
const TIMEOUT = 2_000;

/** What a registration with Eureka is given. */
export interface EurekaRegistrationOptions extends RegistrationOptions {
  /** Seconds between two renewals. Default 30, which servers of Eureka expect to compute how many renewals they should see. */
  readonly renewalInterval?: number;
}

/**
 * Registers with the first peer of `EUREKA_URL` that answers, which tells the others; renews the lease of 90 s every 30 s,
 * registers again when the server does not know it any more (404) or it is announced otherwise, and cancels on close. Its status is
 * UP while it is ready. An operator's override of the status
 * (OUT_OF_SERVICE) is the server's and outlives a new registration.
 *
 * @throws ConfigError when `EUREKA_URL` cannot be used
 */
export function registerEureka(options: EurekaRegistrationOptions): Registration {
  return new EurekaRegistration(options, new EurekaPeers(readPeers(options.environment)));
}

class EurekaRegistration extends PolledRegistration {
  protected readonly id: string;
  private readonly instance: RegisteredInstance;
  private status: OwnStatus = 'UP';
  /** What the server was told last; undefined: nothing yet. */
  private known: InstanceState | undefined;

  constructor(
    private readonly service: EurekaRegistrationOptions,
    private readonly peers: EurekaPeers,
  ) {
    const { clock, random, renewalInterval = 30 } = service;
    const interval = renewalInterval * 1_000;
    super({ kind: 'eureka', interval, maxBackoff: interval, clock, random });
    this.instance = { ...service, renewalInterval };
    this.id = instanceId(this.instance);
  }

  override announce(isReady: boolean): void {
    const status = isReady ? 'UP' : this.known?.status === 'UP' || this.status === 'DOWN' ? 'DOWN' : 'STARTING';
    if (status === this.status) return;
    this.status = status;
    this.wake();
  }

  protected async keep(signal: AbortSignal): Promise<void> {
    const { known, status } = this;
    const isKnown = known?.status === status && (await this.renew(known, signal));
    if (!isKnown && !signal.aborted) await this.register();
  }

  protected async remove(): Promise<void> {
    await this.ask({ method: 'DELETE', path: this.path() }, [200, 404]);
  }

  /** Whether the server knew the instance, and in its latest state. */
  private async renew({ status, dirtyAt }: InstanceState, signal: AbortSignal): Promise<boolean> {
    const path = `${this.path()}?status=${status}&lastDirtyTimestamp=${dirtyAt}`;
    return (await this.ask({ method: 'PUT', path, signal }, [200, 404])) === 200;
  }

  private async register(): Promise<void> {
    const dirtyAt = (this.service.clock ?? systemClock).epoch();
    const known = { status: this.status, dirtyAt };
    const body = instanceBody(this.instance, known);
    // Without the poller's signal: an aborted request may still be obeyed, and close() has to know.
    await this.ask({ method: 'POST', path: this.appPath(), body }, [204]);
    this.known = known;
  }

  private async ask(request: Omit<PeerRequest, 'timeout'>, expected: readonly number[]): Promise<number> {
    const read = ({ status }: RegistryAnswer): number => {
      if (!expected.includes(status)) throw new Error(`status ${status}`);
      return status;
    };
    const { value } = await this.peers.ask({ ...request, timeout: TIMEOUT }, read);
    return value;
  }

  private appPath(): string {
    return `apps/${encodeURIComponent(this.instance.name.toUpperCase())}`;
  }

  private path(): string {
    return `${this.appPath()}/${encodeURIComponent(this.id)}`;
  }
}
