import { setTimeout as pause } from 'node:timers/promises';
import { type FakeUpstream, reply, requireService, startFakeUpstream } from '@portico/testing';
import { ShopClient, tally } from '../../test/faulty-shop.ts';
import { type Toxic, ToxicProxy } from '../../test/toxiproxy.ts';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import { events, type InstanceEvent } from '../events.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const server = requireService('TOXIPROXY_URL');
const SCRIPT = {
  '/': reply({ body: Buffer.alloc(10_000, 'b') }),
  '/large': reply({ body: Buffer.alloc(200_000, 'l') }),
};

let instances: FakeUpstream[] = [];
let proxies: ToxicProxy[] = [];
let upstreams: Upstreams;

/** Three instances, each behind a proxy of Toxiproxy, called through the whole pipeline. */
async function start(options: Partial<UpstreamOptions> = {}): Promise<ShopClient> {
  instances = await Promise.all([1, 2, 3].map(() => startFakeUpstream(SCRIPT)));
  proxies = await Promise.all(instances.map(({ port }) => ToxicProxy.open(server, port)));
  const url = proxies.map((proxy) => proxy.url).join(',');
  upstreams = buildUpstreams([defineUpstream('shop', { url, balance: { by: 'roundRobin' }, ...options })], {});
  upstreams.start();
  return new ShopClient(upstreams);
}
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  await Promise.all(instances.splice(0).map((instance) => instance.close()));
  await upstreams.close();
});

const told: InstanceEvent[] = [];
const tell = (message: unknown): unknown => told.push(message as InstanceEvent);
beforeAll(() => events.instance.subscribe(tell));
afterAll(() => events.instance.unsubscribe(tell));
beforeEach(() => void told.splice(0));

describe('faults of the real Toxiproxy', () => {
  it.each<[string, Toxic]>([
    ['resets connections', { type: 'reset_peer', attributes: { timeout: 0 } }],
    ['closes connections in the middle of its answers', { type: 'limit_data', attributes: { bytes: 5_000 } }],
    ['accepts connections and never answers', { type: 'timeout', attributes: { timeout: 0 } }],
  ])('case 95: no GET fails when one of three %s under load', async (_title, toxic) => {
    const client = await start(toxic.type === 'timeout' ? { headersTimeout: 1_000 } : {});
    expect(tally(await client.calls(150))).toEqual({ 200: 150 });
    await proxies[0]!.add(toxic);
    expect(tally(await client.calls(150))).toEqual({ 200: 150 });
    expect(told.map(({ state }) => state)).toEqual(['ejected']);
  });

  it('case 95: no GET fails when one of three refuses connections, and it serves again when it is back', async () => {
    const client = await start({ ejection: { ejectFor: 500 } });
    await client.calls(150);
    await proxies[0]!.enable(false);
    expect(tally(await client.calls(150))).toEqual({ 200: 150 });
    await proxies[0]!.enable(true);
    const before = instances[0]!.requests.length;
    for (let round = 0; round < 20; round++) {
      expect(tally(await client.calls(50))).toEqual({ 200: 50 });
      if (instances[0]!.requests.length > before) return;
      await pause(200);
    }
    throw new Error('the instance that came back got no call');
  });

  it('case 95: fails fast while all refuse, and serves again without a restart', async () => {
    const client = await start({ breaker: { openFor: 300 } });
    await client.calls(100);
    await Promise.all(proxies.map((proxy) => proxy.enable(false)));
    const seen = await client.calls(200);
    expect(seen.map(({ result }) => result)).not.toContain(200);
    expect(Math.max(...seen.map(({ took }) => took))).toBeLessThan(2_000);
    await Promise.all(proxies.map((proxy) => proxy.enable(true)));
    await client.callUntilGood();
    expect(tally(await client.calls(100))).toEqual({ 200: 100 });
  });

  it('moves the traffic away from an instance whose answers are late, by times that vary', async () => {
    const client = await start({ balance: { by: 'p2c' } });
    await client.calls(60);
    await proxies[0]!.add({ type: 'latency', attributes: { latency: 300, jitter: 100 } });
    const before = instances[0]!.requests.length;
    expect(tally(await client.calls(200))).toEqual({ 200: 200 });
    expect(instances[0]!.requests.length - before).toBeLessThan(30);
  });

  it('passes a large answer on through a narrow connection, and does without one that ends late', async () => {
    const client = await start({ headersTimeout: 1_000, bodyTimeout: 1_000 });
    for (const proxy of proxies) {
      await proxy.add({ type: 'bandwidth', attributes: { rate: 100 } });
      await proxy.add({ type: 'slow_close', attributes: { delay: 200 } });
    }
    const seen = await client.call({ target: '/large' }, 15_000);
    expect(seen.result).toBe(200);
    expect(seen.took).toBeGreaterThan(1_600);
    for (const proxy of proxies) await proxy.remove('bandwidth');
    expect(tally(await client.calls(50))).toEqual({ 200: 50 });
  });
});
