import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import {
  type FakeUpstream,
  type FaultProxy,
  type Faults,
  type Script,
  startFakeUpstream,
  startFaultProxy,
  testContext,
} from '@portico/testing';
import { buildUpstreams, type Upstreams } from '../src/build-upstreams.ts';
import type { Send, UpstreamRequest } from '../src/send.ts';
import { defineUpstream, type UpstreamOptions } from '../src/upstream.ts';

/** One call as a client saw it: a status or the code of the failure, and how long it took. */
export interface Seen {
  readonly result: number | string;
  /** Milliseconds. */
  readonly took: number;
}

/** Calls one upstream through its whole pipeline. */
export class ShopClient {
  constructor(
    readonly upstreams: Upstreams,
    private readonly name = 'shop',
  ) {}

  /**
   * Makes a call and reads its answer to the end.
   *
   * @param timeout milliseconds until its deadline
   */
  async call(request: Partial<UpstreamRequest> = {}, timeout = 5_000): Promise<Seen> {
    const start = performance.now();
    const result = await callOnce(
      this.upstreams.send(this.name),
      { method: 'GET', target: '/', headers: [], ...request },
      timeout,
    );
    return { result, took: performance.now() - start };
  }

  /** Makes many GETs, some at a time, and returns what they came to. */
  async calls(count: number, atOnce = 4, timeout?: number): Promise<Seen[]> {
    const seen: Seen[] = [];
    let left = count;
    const worker = async (): Promise<void> => {
      while (left-- > 0) seen.push(await this.call({}, timeout));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return seen;
  }

  /** Calls until ten answers in a row are good, which takes a breaker through its probes; fails when that takes too long. */
  async callUntilGood(): Promise<void> {
    const end = performance.now() + 10_000;
    for (let good = 0; good < 10;) {
      if (performance.now() > end) throw new Error('it did not recover within 10 s');
      good = (await this.call()).result === 200 ? good + 1 : 0;
      if (good === 0) await pause(20);
    }
  }
}

/** An upstream of several instances, each behind a fault proxy. */
export class FaultyShop extends ShopClient {
  private constructor(
    readonly instances: readonly FakeUpstream[],
    readonly proxies: readonly FaultProxy[],
    upstreams: Upstreams,
  ) {
    super(upstreams);
  }

  /**
   * @param count instances, all with the same script
   * @param options beside the address; default policies where they say nothing
   */
  static async start(count: number, script: Script, options: Partial<UpstreamOptions> = {}): Promise<FaultyShop> {
    const instances = await Promise.all(Array.from({ length: count }, () => startFakeUpstream(script)));
    const proxies = await Promise.all(instances.map(({ port }) => startFaultProxy(port)));
    const url = proxies.map((proxy) => proxy.url).join(',');
    const upstreams = buildUpstreams([defineUpstream('shop', { url, ...options })], {});
    upstreams.start();
    return new FaultyShop(instances, proxies, upstreams);
  }

  /** Has these faults at every instance. */
  async useAll(faults: Faults): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.use(faults)));
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await Promise.all(this.instances.map((instance) => instance.close()));
    await this.upstreams.close();
  }
}

async function callOnce(send: Send, request: UpstreamRequest, timeout: number): Promise<number | string> {
  const ctx = testContext();
  ctx.expireAfter(timeout);
  try {
    const { status, body } = await send(request, ctx);
    if (!('chunks' in body)) await body.toArray();
    return status;
  } catch (error) {
    if (error instanceof BffError) return error.code;
    throw error;
  } finally {
    ctx.finish();
  }
}

/** How often each result occurred. */
export function tally(seen: readonly Seen[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { result } of seen) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}
