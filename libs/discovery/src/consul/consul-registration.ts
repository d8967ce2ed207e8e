import { isIPv6 } from 'node:net';
import { systemClock } from '@portico/core';
import { events, type RegistrationEvent } from '../events.ts';
import { Poller, reasonOf } from '../poller.ts';
import type { Registration, RegistrationOptions } from '../registration.ts';
import { type RegistryAnswer, RegistryClient } from '../registry-client.ts';
import { expectOk } from './consul-answer.ts';
import { type ConsulAgent, readConsulAgent } from './consul-settings.ts';

/** Milliseconds between two looks whether the agent still knows the entry; one that was restarted without its data does not. */
const LOOK_INTERVAL = 10_000;
/** Milliseconds for each answer; an agent is on the same machine or near. Closing takes at most three of them. */
const TIMEOUT = 2_000;

/**
 * Registers with the agent of `CONSUL_URL` and `CONSUL_TOKEN` (policy `service:write`), with a check that the agent makes: GET
 * `/health/ready` every 5 s. Until the first one passes the entry is critical and gets no traffic. An entry that stays critical for a
 * minute, because its process died, is removed by Consul.
 *
 * @throws ConfigError when the agent's settings cannot be used
 */
export function registerConsul(options: RegistrationOptions): Registration {
  return new ConsulRegistration(options, readConsulAgent(options.environment));
}

class ConsulRegistration implements Registration {
  private readonly client = new RegistryClient();
  private readonly id: string;
  private readonly poller: Poller;
  /** Whether this process has made the entry; one that a predecessor left is replaced. */
  private isOurs = false;
  private state: RegistrationEvent['state'] | undefined;
  /** The attempt or look under way, or the last one; undefined: there is nothing to take away. */
  private round: Promise<void> | undefined;

  constructor(
    private readonly service: RegistrationOptions,
    private readonly agent: ConsulAgent,
  ) {
    const { name, host, port, clock = systemClock, random = Math.random } = service;
    this.id = `${name}-${host}-${port}`;
    const poll = async (signal: AbortSignal): Promise<number> => {
      this.round = this.keep(signal);
      await this.round;
      return LOOK_INTERVAL;
    };
    this.poller = new Poller({ poll, onFailure: (reason) => this.tell('failed', reason), clock, random });
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
    // A registration on its way must not arrive after the deregistration.
    await round.catch(() => undefined);
    try {
      // Twice: the first may meet a kept connection that the agent has just closed.
      await this.deregister().catch(() => this.deregister());
      this.tell('deregistered');
    } catch (error) {
      this.tell('failed', reasonOf(error));
    }
  }

  private async deregister(): Promise<void> {
    const answer = await this.ask('PUT', `deregister/${encodeURIComponent(this.id)}`);
    // The agent answers 404 when it does not know the entry.
    if (answer.status !== 404) expectOk(answer);
  }

  private async keep(signal: AbortSignal): Promise<void> {
    if (this.isOurs && (await this.isKnown(signal))) return this.tell('registered');
    if (signal.aborted) return;
    // Without the signal: an aborted request may still be obeyed, and close() has to know.
    expectOk(await this.ask('PUT', 'register?replace-existing-checks=true', { body: this.entry() }));
    this.isOurs = true;
    this.tell('registered');
  }

  private async isKnown(signal: AbortSignal): Promise<boolean> {
    const answer = await this.ask('GET', encodeURIComponent(this.id), { signal });
    if (answer.status !== 404) expectOk(answer);
    return answer.status === 200;
  }

  /** See https://developer.hashicorp.com/consul/api-docs/agent/service#register-service. */
  private entry(): object {
    const { name, host, port } = this.service;
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    return {
      ID: this.id,
      Name: name,
      Address: host,
      Port: port,
      Check: {
        Name: 'ready',
        HTTP: `http://${authority}/health/ready`,
        Interval: '5s',
        Timeout: '2s',
        DeregisterCriticalServiceAfter: '1m',
      },
    };
  }

  private ask(
    method: 'GET' | 'PUT',
    path: string,
    more: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
  ): Promise<RegistryAnswer> {
    const { url, headers } = this.agent;
    return this.client.ask({ method, url: `${url}/v1/agent/service/${path}`, headers, timeout: TIMEOUT, ...more });
  }

  private tell(state: RegistrationEvent['state'], failure?: string): void {
    if (state === this.state) return;
    this.state = state;
    events.registration.publish({ kind: 'consul', id: this.id, state, failure } satisfies RegistrationEvent);
  }
}
