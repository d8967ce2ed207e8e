import { eventually, reply, startFakeUpstream } from '@portico/testing';
import { FaultyShop, ShopClient, tally } from '../../test/faulty-shop.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: { close(): Promise<void> }[] = [];
const opened = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const start = async (count: number, options?: Partial<UpstreamOptions>): Promise<FaultyShop> =>
  opened(await FaultyShop.start(count, reply({ body: 'hello' }), options));

describe('all instances dead, and back', () => {
  it('case 95: fails fast while all refuse, and serves again without a restart', async () => {
    const shop = await start(3, { breaker: { openFor: 300 } });
    expect(tally(await shop.calls(100))).toEqual({ 200: 100 });
    for (let outage = 0; outage < 2; outage++) {
      await shop.useAll({ refused: true });
      const seen = await shop.calls(200);
      // Neither a timeout nor a deadline: they would be longer than a refusal takes.
      for (const { result } of seen) expect(['upstream-connect', 'upstream-circuit-open']).toContain(result);
      await shop.useAll({});
      await shop.callUntilGood();
      expect(tally(await shop.calls(100))).toEqual({ 200: 100 });
    }
  });

  it('case 92: has no contact with a dead upstream while its circuit is open', async () => {
    const shop = await start(3, { breaker: { openFor: 60_000 }, retry: false });
    await shop.calls(30);
    await shop.useAll({ resetAfter: 0 });
    expect(tally(await shop.calls(100))).toHaveProperty('upstream-circuit-open');
    const before = shop.proxies.map(({ connections }) => connections);
    expect(tally(await shop.calls(300))).toEqual({ 'upstream-circuit-open': 300 });
    expect(shop.proxies.map(({ connections }) => connections)).toEqual(before);
  });

  it('keeps every deadline while all swallow what they are sent, and serves again afterwards', async () => {
    const shop = await start(2, { breaker: { openFor: 300 } });
    await shop.calls(20);
    await shop.useAll({ halfOpen: true });
    const seen = await shop.calls(40, 40, 400);
    for (const { result } of seen) expect(['deadline-exceeded', 'upstream-circuit-open']).toContain(result);
    await shop.useAll({});
    await shop.callUntilGood();
    expect(tally(await shop.calls(100))).toEqual({ 200: 100 });
  });

  it('does not shut out a single instance that failed for a while', async () => {
    const shop = await start(1, { breaker: false });
    await shop.useAll({ refused: true });
    expect(tally(await shop.calls(50))).toEqual({ 'upstream-connect': 50 });
    await shop.useAll({});
    expect(tally(await shop.calls(50))).toEqual({ 200: 50 });
  });
});

describe('a name that does not resolve', () => {
  it('no GET fails as long as there are other instances', async () => {
    const shop = await start(2);
    const url = ['http://gone.invalid:80', ...shop.proxies.map((proxy) => proxy.url)].join(',');
    const upstreams = opened(buildUpstreams([defineUpstream('shop', { url })], {}));
    const client = new ShopClient(upstreams);
    expect(tally(await client.calls(100, 2))).toEqual({ 200: 100 });
  });

  it('says that there is no connection when it is the only one', async () => {
    const upstreams = opened(buildUpstreams([defineUpstream('shop', { url: 'http://gone.invalid:80' })], {}));
    const { result } = await new ShopClient(upstreams).call();
    expect(['upstream-connect', 'upstream-connect-timeout']).toContain(result);
  });
});

describe('one hung upstream beside others', () => {
  it('case 93: never starves them, however many calls wait for it', async () => {
    const [hung, fine] = [await start(2), opened(await startFakeUpstream(reply({ body: 'hello' })))];
    await hung.useAll({ halfOpen: true });
    const url = hung.proxies.map((proxy) => proxy.url).join(',');
    const definitions = [defineUpstream('hung', { url }), defineUpstream('shop', { url: fine.url })];
    const upstreams = opened(buildUpstreams(definitions, {}));
    const waiting = new ShopClient(upstreams, 'hung').calls(600, 600, 1_500);
    await eventually(() => hung.proxies.some(({ connections }) => connections > 10));
    const seen = await new ShopClient(upstreams).calls(100);
    expect(tally(seen)).toEqual({ 200: 100 });
    expect(tally(await waiting)).not.toHaveProperty('200');
  });
});

describe('probes through faults', () => {
  const health = { interval: 30, timeout: 1_000, unhealthyAfter: 2, healthyAfter: 2 };
  const states = ({ upstreams }: FaultyShop): string[] => upstreams.health()[0]!.instances.map(({ state }) => state);

  it('case 93: find a hung instance although calls hold all its connections, and bring it back', async () => {
    const shop = await start(3, { health, connections: 2, ejection: false, balance: { by: 'roundRobin' } });
    await shop.proxies[0]!.use({ halfOpen: true });
    const waiting = shop.calls(30, 30, 3_000);
    await eventually(() => states(shop).includes('failing-probes'));
    expect(tally(await shop.calls(60))).toEqual({ 200: 60 });
    await waiting;
    await shop.useAll({});
    await eventually(() => states(shop).every((state) => state === 'healthy'));
    expect(tally(await shop.calls(60))).toEqual({ 200: 60 });
  });

  it('case 95: an ejected instance gets probes and no calls', async () => {
    const shop = await start(3, { health, balance: { by: 'roundRobin' } });
    await shop.calls(60);
    const [bad] = shop.instances;
    bad!.use({ '/health/ready': reply(), '/': reply({ status: 503 }) });
    await shop.calls(60);
    await eventually(() => states(shop).includes('ejected'));
    const before = bad!.requests.length;
    await shop.calls(60);
    await eventually(() => bad!.requests.length >= before + 3);
    expect(new Set(bad!.requests.slice(before).map(({ url }) => url))).toEqual(new Set(['/health/ready']));
    expect(states(shop)).toContain('ejected');
  });

  it('case 95: serves on when the probes of all fail, for the calls may still work', async () => {
    const shop = await start(3, { health });
    for (const instance of shop.instances) {
      instance.use({ '/health/ready': reply({ status: 503 }), '/': reply({ body: 'hello' }) });
    }
    await eventually(() => states(shop).every((state) => state === 'failing-probes'));
    expect(tally(await shop.calls(60))).toEqual({ 200: 60 });
  });
});
