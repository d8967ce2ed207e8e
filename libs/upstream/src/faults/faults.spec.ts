import { eventually, type Faults, reply, startRawUpstream, startFaultProxy } from '@portico/testing';
import { FaultyShop, ShopClient, tally } from '../../test/faulty-shop.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import { events, type InstanceEvent } from '../events.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const BODY = Buffer.alloc(10_000, 'b');
const LARGE = Buffer.alloc(200_000, 'l');
const SCRIPT = { '/': reply({ body: BODY }), '/large': reply({ body: LARGE }), '/health/ready': reply() };

let shop: FaultyShop;
async function start(count: number, options?: Partial<UpstreamOptions>): Promise<FaultyShop> {
  return (shop = await FaultyShop.start(count, SCRIPT, options));
}
afterEach(() => shop.close());

const told: InstanceEvent[] = [];
const tell = (message: unknown): unknown => told.push(message as InstanceEvent);
beforeAll(() => events.instance.subscribe(tell));
afterAll(() => events.instance.unsubscribe(tell));
beforeEach(() => void told.splice(0));

describe('two instances in order and a faulty one', () => {
  it.each<[string, Faults]>([
    ['refuses connections', { refused: true }],
    ['resets connections when it is asked', { resetAfter: 0 }],
    ['resets connections in the middle of its answers', { resetAfter: 5_000 }],
    ['closes connections when it is asked', { cutAfter: 0 }],
    ['closes connections in the middle of its answers', { cutAfter: 5_000 }],
    ['accepts connections and swallows what it is sent', { halfOpen: true }],
  ])('case 95: no GET fails when it %s under load', async (_title, faults) => {
    await start(3, { ...(faults.halfOpen && { headersTimeout: 1_000 }), balance: { by: 'roundRobin' } });
    expect(tally(await shop.calls(150))).toEqual({ 200: 150 });
    await shop.proxies[0]!.use(faults);
    expect(tally(await shop.calls(150))).toEqual({ 200: 150 });
    expect(told.map(({ state }) => state)).toEqual(['ejected']);
  });

  it('case 95: an ejected instance gets no call until its time is over, then it does again', async () => {
    await start(3, { ejection: { ejectFor: 1_000 }, balance: { by: 'roundRobin' } });
    await shop.calls(60);
    shop.instances[0]!.use(reply({ status: 503 }));
    await shop.calls(30);
    expect(told.map(({ state }) => state)).toEqual(['ejected']);
    const before = shop.instances[0]!.requests.length;
    expect(tally(await shop.calls(30))).toEqual({ 200: 30 });
    expect(shop.instances[0]!.requests.length).toBe(before);
    shop.instances[0]!.use(reply());
    await eventually(() => told.at(-1)!.state === 'healthy');
    expect(tally(await shop.calls(30))).toEqual({ 200: 30 });
    expect(shop.instances[0]!.requests.length).toBeGreaterThan(before + 5);
  });

  it('does not send a POST again that may have been done', async () => {
    await start(2, { balance: { by: 'roundRobin' } });
    await shop.useAll({ resetAfter: 0 });
    expect((await shop.call({ method: 'POST', body: BODY })).result).toBe('upstream-reset');
    expect(shop.proxies.map(({ connections }) => connections).sort()).toEqual([0, 1]);
  });
});

describe('late answers', () => {
  it('moves the traffic away from an instance that became slow', async () => {
    await start(3);
    await shop.calls(60);
    await shop.proxies[0]!.use({ latency: 300 });
    const before = shop.instances[0]!.requests.length;
    expect(tally(await shop.calls(200))).toEqual({ 200: 200 });
    expect(shop.instances[0]!.requests.length - before).toBeLessThan(30);
  });

  it('answers all through times that vary', async () => {
    await start(3);
    await shop.useAll({ latency: 2, jitter: 60 });
    expect(tally(await shop.calls(100, 10))).toEqual({ 200: 100 });
    expect(told).toEqual([]);
  });

  it('passes a large answer on through a narrow connection, however long it takes', async () => {
    await start(1, { headersTimeout: 1_000, bodyTimeout: 1_000 });
    await shop.proxies[0]!.use({ bandwidth: 100_000 });
    const seen = await shop.call({ target: '/large' }, 15_000);
    expect(seen.result).toBe(200);
    expect(seen.took).toBeGreaterThan(1_800);
  });

  it('leaves an instance out that swallows calls until their deadline, also before the timeout of the head', async () => {
    await start(3, { balance: { by: 'roundRobin' } });
    await shop.calls(60);
    await shop.proxies[0]!.use({ halfOpen: true });
    const seen = await shop.calls(15, 15, 2_500);
    expect(tally(seen)).toEqual({ 200: 10, 'deadline-exceeded': 5 });
    expect(told.map(({ state }) => state)).toEqual(['ejected']);
    expect(tally(await shop.calls(30))).toEqual({ 200: 30 });
  });
});

describe('broken answers', () => {
  it('tells the reader of a stream that it broke, and counts it against the instance', async () => {
    await start(2, { balance: { by: 'roundRobin' }, ejection: { consecutiveFailures: 2 } });
    await shop.proxies[0]!.use({ resetAfter: 120_000 });
    const results = [];
    for (let call = 0; call < 4; call++) results.push((await shop.call({ target: '/large' })).result);
    expect(results.sort()).toEqual([200, 200, 'upstream-reset', 'upstream-reset']);
    expect(told.map(({ state }) => state)).toEqual(['ejected']);
    expect((await shop.call({ target: '/large' })).result).toBe(200);
  });

  it('no GET fails when an instance closes after each answer, and its end arrives late', async () => {
    await start(2);
    const closing = await startRawUpstream((socket) => {
      if (socket.writable) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const late = await startFaultProxy(closing.port);
    await late.use({ slowClose: 30 });
    const url = [...shop.proxies, late].map((proxy) => proxy.url).join(',');
    const upstreams = buildUpstreams([defineUpstream('shop', { url })], {});
    expect(tally(await new ShopClient(upstreams).calls(100))).toEqual({ 200: 100 });
    await upstreams.close();
    await late.close();
    await closing.close();
  });
});
