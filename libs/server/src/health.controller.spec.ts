import { type DynamicModule, Module } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import {
  FakeClock,
  type FakeUpstream,
  hang,
  type HttpAnswer,
  httpRequest,
  reply,
  startBff,
  startFakeUpstream,
  testContext,
} from '@portico/testing';
import { buildUpstreams, defineUpstream, UPSTREAMS, type Upstreams } from '@portico/upstream';
import { createBff } from './index.ts';

@Module({})
class UpstreamsModule {}

function moduleOf(upstreams: Upstreams): DynamicModule {
  const providers = [{ provide: UPSTREAMS, useValue: upstreams }];
  return { module: UpstreamsModule, global: true, providers, exports: [UPSTREAMS] };
}

/** Asks every 50 ms until the answer is as expected; the test's own timeout ends it otherwise. */
async function askUntil(ask: () => Promise<HttpAnswer>, isExpected: (answer: HttpAnswer) => boolean) {
  for (;;) {
    const answer = await ask();
    if (isExpected(answer)) return answer;
    await pause(50);
  }
}

describe('/health/ready', () => {
  let consul: FakeUpstream;
  const lists = reply({ headers: { 'x-consul-index': '7' }, json: [entry('10.0.0.1'), entry('10.0.0.2')] });

  function entry(address: string): object {
    const service = { ID: address, Address: address, Port: 80 };
    return { Node: { Node: 'n', Address: address }, Service: service, Checks: [{ Status: 'passing' }] };
  }

  async function start(environment: Record<string, string> = {}) {
    const settings = { CONSUL_URL: consul.url, ...environment };
    const upstreams = buildUpstreams(
      [defineUpstream('catalog', { url: 'consul://catalog' }), defineUpstream('basket', { url: 'http://127.0.0.1:1' })],
      settings,
    );
    upstreams.start();
    const module = moduleOf(upstreams);
    const bff = await startBff(() => createBff({ name: 'test-bff', port: 0, module }), { LOG_LEVEL: 'silent' });
    const ready = () => httpRequest(`${bff.url}/health/ready`);
    const close = async (): Promise<void> => {
      await bff.close();
      await upstreams.close();
    };
    return { ready, close };
  }

  afterEach(() => consul.close());

  it('waits until a registry has named the instances, and shows each of them without its address', async () => {
    consul = await startFakeUpstream([hang()]);
    const { ready, close } = await start();
    const before = await ready();
    expect([before.status, before.json()]).toMatchObject([503, { reasons: ['looking for catalog'] }]);
    await close();

    consul.use([lists, hang()]);
    const second = await start();
    const answer = await askUntil(second.ready, ({ status }) => status === 200);
    expect(answer.json()).toMatchObject({
      status: 'ready',
      reasons: [],
      upstreams: [
        { name: 'catalog', source: { kind: 'consul', state: 'fresh', age: 0 }, instances: [{}, {}] },
        { name: 'basket', source: { kind: 'static', state: 'fresh' }, instances: [{ state: 'healthy' }] },
      ],
    });
    expect(answer.text).not.toMatch(/10\.0\.0|127\.0\.0\.1/);
    await second.close();
  });

  it('is ready when a registry says that nobody is there: other upstreams may be all that is asked for', async () => {
    consul = await startFakeUpstream([reply({ headers: { 'x-consul-index': '7' }, json: [] }), hang()]);
    const { ready, close } = await start();
    const answer = await askUntil(ready, ({ status }) => status === 200);
    expect(answer.json()).toMatchObject({ upstreams: [{ name: 'catalog', instances: [] }, {}] });
    await close();
  });

  it('says that all calls to an upstream failed lately, how long ago one went well, and stays ready', async () => {
    consul = await startFakeUpstream([lists, hang()]);
    const shop = await startFakeUpstream([reply({ body: 'a' })]);
    const clock = new FakeClock();
    const upstreams = buildUpstreams([defineUpstream('shop', { url: shop.url, retry: false })], {}, { clock });
    const module = moduleOf(upstreams);
    const bff = await startBff(() => createBff({ name: 'test-bff', port: 0, module }), { LOG_LEVEL: 'silent' });
    const instanceNow = async (): Promise<unknown> => {
      const answer = await httpRequest(`${bff.url}/health/ready`);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('127.0.0.1');
      return (answer.json() as { upstreams: { instances: object[] }[] }).upstreams[0]!.instances[0];
    };
    const call = () => upstreams.send('shop')({ method: 'GET', target: '/', headers: [] }, testContext({ clock }));

    expect(await instanceNow()).toMatchObject({ state: 'healthy', calls: { failuresInRow: 0 } });
    await call();
    expect(await instanceNow()).toMatchObject({ state: 'healthy', calls: { lastSuccess: 0, failuresInRow: 0 } });
    clock.advance(20_000);
    await shop.close();
    for (let number = 0; number < 4; number++) await expect(call()).rejects.toMatchObject({ upstream: 'shop' });
    clock.advance(7_000);
    expect(await instanceNow()).toMatchObject({
      state: 'failing',
      calls: { lastSuccess: 27, lastFailure: 7, failuresInRow: 4 },
    });
    await bff.close();
    await upstreams.close();
  });

  it('stays ready when the registry goes away, and says so', async () => {
    consul = await startFakeUpstream([lists, reply({ status: 500, body: 'No cluster leader at 10.9.9.9' })]);
    const { ready, close } = await start();
    const answer = await askUntil(ready, ({ text }) => text.includes('"stale"'));
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('10.9.9.9');
    const failure = 'Consul answered 500: No cluster leader at …';
    expect(answer.json()).toMatchObject({ upstreams: [{ source: { failure } }, {}] });
    await close();
  });
});
