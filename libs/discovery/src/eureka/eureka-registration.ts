import { systemClock } from '@portico/core';
import { events, type RegistrationEvent } from '../events.ts';
import { Poller, reasonOf } from '../poller.ts';
import type { Registration, RegistrationOptions } from '../registration.ts';
import type { RegistryAnswer } from '../registry-client.ts';
import { EurekaPeers, type PeerRequest } from './eureka-peers.ts';
import { readPeers } from './eureka-settings.ts';
import { instanceBody, instanceId, type RegisteredInstance } from './registered-instance.ts';

/** Milliseconds for each answer of each peer. Closing takes at most two of them for each peer. */
const TIMEOUT = 2_000;

/** What a registration with Eureka is given. */
export interface EurekaRegistrationOptions extends RegistrationOptions {
  /** Seconds between two renewals. Default 30, which servers of Eureka expect to compute how many renewals they should see. */
  readonly renewalInterval?: number;
}

/**
 * Registers as UP with the first peer of `EUREKA_URL` that answers, which tells the others; renews the lease of 90 s every 30 s,
 * registers again when the server does not know it any more (404), and cancels on close. An operator's override of the status
 * (OUT_OF_SERVICE) is the server's and outlives a new registration.
 *
 * @throws ConfigError when `EUREKA_URL` cannot be used
 */
export function registerEureka(options: EurekaRegistrationOptions): Registration {
  return new EurekaRegistration(options, new EurekaPeers(readPeers(options.environment)));
}

class EurekaRegistration implements Registration {
  private readonly instance: RegisteredInstance;
  private readonly poller: Poller;
  /** When the last registration was made, milliseconds since 1970; undefined: the server was not told yet. */
  private dirtyAt: number | undefined;
  private state: RegistrationEvent['state'] | undefined;
  /** The attempt or renewal under way, or the last one; undefined: there is nothing to take away. */
  private round: Promise<void> | undefined;

  constructor(
    private readonly options: EurekaRegistrationOptions,
    private readonly peers: EurekaPeers,
  ) {
    const { clock = systemClock, random = Math.random, renewalInterval = 30 } = options;
    this.instance = { ...options, renewalInterval };
    const wait = renewalInterval * 1_000;
    const poll = async (signal: AbortSignal): Promise<number> => {
      this.round = this.keep(signal);
      await this.round;
      return wait;
    };
    const onFailure = (reason: string): void => this.tell('failed', reason);
    this.poller = new Poller({ poll, onFailure, clock, random, maxBackoff: wait });
  }

  async start(): Promise<void> {
    this.poller.start();
    await this.round?.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.poller.close();
    const { round } = this;
    this.round = undefined;
    if (round === undefined) return;
    // A registration on its way must not arrive after the cancellation.
    await round.catch(() => undefined);
    try {
      await this.ask({ method: 'DELETE', path: this.path() }, [200, 404]);
      this.tell('deregistered');
    } catch (error) {
      this.tell('failed', reasonOf(error));
    }
  }

  private async keep(signal: AbortSignal): Promise<void> {
    const isKnown = this.dirtyAt !== undefined && (await this.renew(this.dirtyAt, signal));
    if (signal.aborted) return;
    if (!isKnown) await this.register();
    this.tell('registered');
  }

  /** Whether the server knew the instance, and in its latest state. */
  private async renew(dirtyAt: number, signal: AbortSignal): Promise<boolean> {
    const path = `${this.path()}?status=UP&lastDirtyTimestamp=${dirtyAt}`;
    return (await this.ask({ method: 'PUT', path, signal }, [200, 404])) === 200;
  }

  private async register(): Promise<void> {
    const dirtyAt = (this.options.clock ?? systemClock).epoch();
    const body = instanceBody(this.instance, dirtyAt);
    // Without the poller's signal: an aborted request may still be obeyed, and close() has to know.
    await this.ask({ method: 'POST', path: this.appPath(), body }, [204]);
    this.dirtyAt = dirtyAt;
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
    return `${this.appPath()}/${encodeURIComponent(instanceId(this.instance))}`;
  }

  private tell(state: RegistrationEvent['state'], failure?: string): void {
    if (state === this.state) return;
    this.state = state;
    const id = instanceId(this.instance);
    events.registration.publish({ kind: 'eureka', id, state, failure } satisfies RegistrationEvent);
  }
}
