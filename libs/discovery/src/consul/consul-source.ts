import { systemClock } from '@portico/core';
import { InstanceList } from '../instance-list.ts';
import type { InstanceSource } from '../instance-source.ts';
import { PolledSource } from '../polled-source.ts';
import { Poller } from '../poller.ts';
import { RegistryClient } from '../registry-client.ts';
import type { SourceOptions } from '../source-options.ts';
import { BLOCKING_TIMES, BlockingQuery, type BlockingTimes } from './blocking-query.ts';
import { type ConsulSettings, readConsulSettings } from './consul-settings.ts';
import { parseHealth } from './parse-health.ts';

/**
 * The instances of a service in Consul: `consul://service?tag=v1&dc=dc1`. Critical ones are in the list too, as unhealthy, so
 * that the balancer can see that too few are left.
 *
 * @throws ConfigError listing all that is wrong with the address and the agent's settings
 */
export function openConsul(url: URL, options: SourceOptions): InstanceSource {
  return new ConsulSource(readConsulSettings(url, options), options);
}

/** Hears of a change as soon as the agent knows it, by blocking queries on `/v1/health/service/<name>`. */
export class ConsulSource extends PolledSource {
  readonly kind = 'consul';
  protected readonly list: InstanceList;
  protected readonly poller: Poller;

  constructor(settings: ConsulSettings, options: SourceOptions, times: BlockingTimes = BLOCKING_TIMES) {
    super();
    const { upstream, egress, clock = systemClock, random = Math.random } = options;
    const list = new InstanceList({ upstream, kind: this.kind, egress, clock });
    const { agent, path, protocol } = settings;
    const parse = (body: unknown) => parseHealth(body, protocol);
    const query = new BlockingQuery({ client: new RegistryClient(), agent, path, parse, clock, times });
    const poll = async (signal: AbortSignal): Promise<number> => {
      const { value, pause } = await query.ask(signal);
      if (!signal.aborted) list.accept(value);
      return pause;
    };
    this.list = list;
    this.poller = new Poller({ poll, onFailure: (reason) => list.fail(reason), clock, random });
  }
}
