import type { Clock } from '@portico/core';
import type { RegistryAnswer, RegistryClient } from '../registry-client.ts';
import { expectOk } from './consul-answer.ts';
import { isIndex, nextIndex } from './consul-index.ts';
import type { ConsulAgent } from './consul-settings.ts';

/** Milliseconds. */
export interface BlockingTimes {
  /** How long the agent holds a query while nothing changes; it adds up to a sixteenth, so that not all wake at once. */
  readonly wait: number;
  /** How long an answer may take, beyond `wait` and the sixteenth. */
  readonly timeout: number;
  /** From the begin of one query to that of the next: an index that races must not become a busy loop. */
  readonly gap: number;
  /** Between queries when the agent does not block. */
  readonly interval: number;
}

/**
 * What one instance of Portico asks of one agent for one upstream. An agent that is silent on an open connection is noticed when the
 * wait, its sixteenth and the timeout are over: 28.75 s.
 */
export const BLOCKING_TIMES: BlockingTimes = { wait: 20_000, timeout: 7_500, gap: 250, interval: 5_000 };

/** What is asked, of whom, and how the answer is read. */
export interface BlockingQueryOptions<T> {
  readonly client: RegistryClient;
  readonly agent: ConsulAgent;
  /** Path and query, without `index` and `wait`. */
  readonly path: string;
  /** Fails when the body is not what was asked for. */
  readonly parse: (body: unknown) => T | Promise<T>;
  readonly clock: Clock;
  readonly times: BlockingTimes;
}

/** An answer, and the milliseconds after which to ask again. */
export interface BlockingResult<T> {
  readonly value: T;
  readonly pause: number;
}

/**
 * A question that Consul answers when the answer changes (https://developer.hashicorp.com/consul/api-docs/features/blocking).
 * The first query does not block, nor does the one after a failure: an agent that was restarted counts from the start again and
 * would hold a query with its old, higher index for the whole wait, whatever changes.
 */
export class BlockingQuery<T> {
  private index: string | undefined;

  constructor(private readonly options: BlockingQueryOptions<T>) {}

  /** Asks once. @throws Error when there is no usable answer */
  async ask(signal: AbortSignal): Promise<BlockingResult<T>> {
    const { clock, parse, agent } = this.options;
    const sent = this.index;
    this.index = undefined;
    const begun = clock.now();
    const answer = await this.send(sent, signal);
    expectOk(answer);
    const value = await parse(answer.body);
    if (Array.isArray(value) && value.length === 0) refuseHidden(answer, agent);
    const header = answer.headers['x-consul-index'];
    this.index = nextIndex(sent, header);
    const took = clock.now() - begun;
    return { value, pause: this.pauseAfter(took, sent, header) };
  }

  private send(index: string | undefined, signal: AbortSignal): Promise<RegistryAnswer> {
    const { client, agent, path, times } = this.options;
    const { wait, timeout } = times;
    const url = `${agent.url}${path}`;
    if (index === undefined) return client.ask({ url, headers: agent.headers, timeout, signal });
    const blocking = `${url}${url.includes('?') ? '&' : '?'}index=${index}&wait=${wait}ms`;
    return client.ask({
      url: blocking,
      headers: agent.headers,
      timeout: Math.ceil(wait + wait / 16) + timeout,
      signal,
    });
  }

  /** An agent (or a proxy before it) that answers at once although nothing is new does not block: it is polled. */
  private pauseAfter(took: number, sent: string | undefined, header: string | undefined): number {
    const { wait, gap, interval } = this.options.times;
    const isNews = isIndex(header) && (sent === undefined || this.index !== sent);
    return isNews || took >= wait / 2 ? Math.max(0, gap - took) : interval;
  }
}

/**
 * Who may read nothing gets an empty list with status 200, not an error. Of a token the agent says that it left something out; of
 * nobody it does not, so an empty list is not believed where all is forbidden that no token allows.
 */
function refuseHidden({ headers }: RegistryAnswer, agent: ConsulAgent): void {
  if (headers['x-consul-results-filtered-by-acls'] === 'true') {
    throw new Error('Consul hides every instance: the token of CONSUL_TOKEN needs service:read and node:read');
  }
  if (headers['x-consul-default-acl-policy'] === 'deny' && agent.headers['X-Consul-Token'] === undefined) {
    throw new Error('Consul names nobody to whom shows no token, and CONSUL_TOKEN is not set');
  }
}
