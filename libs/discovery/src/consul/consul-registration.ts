import { isIPv6 } from 'node:net';
import { PolledRegistration } from '../polled-registration.ts';
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

class ConsulRegistration extends PolledRegistration {
  protected readonly id: string;
  private readonly client = new RegistryClient();
  /** Whether this process has made the entry; one that a predecessor left is replaced. */
  private isOurs = false;

  constructor(
    private readonly service: RegistrationOptions,
    private readonly agent: ConsulAgent,
  ) {
    const { name, host, port, clock, random } = service;
    super({ kind: 'consul', interval: LOOK_INTERVAL, clock, random });
    this.id = `${name}-${host}-${port}`;
  }

  protected async keep(signal: AbortSignal): Promise<void> {
    if ((this.isOurs && (await this.isKnown(signal))) || signal.aborted) return;
    // Without the signal: an aborted request may still be obeyed, and close() has to know.
    expectOk(await this.ask('PUT', 'register?replace-existing-checks=true', { body: this.entry() }));
    this.isOurs = true;
  }

  /** Twice if need be: the first question may meet a kept connection that the agent has just closed. */
  protected remove(): Promise<void> {
    return this.deregister().catch(() => this.deregister());
  }

  private async deregister(): Promise<void> {
    const answer = await this.ask('PUT', `deregister/${encodeURIComponent(this.id)}`);
    // The agent answers 404 when it does not know the entry.
    if (answer.status !== 404) expectOk(answer);
  }

  private async isKnown(signal: AbortSignal): Promise<boolean> {
    const answer = await this.ask('GET', encodeURIComponent(this.id), { signal });
    if (answer.status !== 404) expectOk(answer);
    return answer.status === 200;
  }

  /** See https://developer.hashicorp.com/consul/api-docs/agent/service#register-service. */
  private entry(): object {
    const { name, host, port, zone, tags, weight } = this.service;
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    return {
      ID: this.id,
      Name: name,
      Address: host,
      Port: port,
      ...(tags && { Tags: tags }),
      ...(zone !== undefined && { Meta: { zone } }),
      ...(weight !== undefined && { Weights: { Passing: weight, Warning: weight } }),
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
}
