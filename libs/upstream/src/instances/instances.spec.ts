import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { Egress } from '@portico/discovery';
import {
  eventually,
  type FakeUpstream,
  reply,
  startFakeUpstream,
  startRawUpstream,
  testContext,
  withinATurn,
} from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { changingSet } from '../../test/changing-set.ts';
import { description, get } from '../../test/instances.ts';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import { resolveSettings } from '../settings.ts';
import { undiciTransport } from '../transport/undici-transport.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function fakes(count: number): Promise<FakeUpstream[]> {
  const all = await Promise.all(Array.from({ length: count }, () => startFakeUpstream(reply({ body: 'ok' }))));
  open.push(...all);
  return all;
}

function upstreamsOf(instances: readonly FakeUpstream[], options: Partial<UpstreamOptions> = {}): Upstreams {
  const url = instances.map((instance) => instance.url).join(',');
  const upstreams = buildUpstreams([defineUpstream('shop', { ...BARE, url, ...options })], {});
  open.push({ close: () => upstreams.close() });
  upstreams.start();
  return upstreams;
}

describe('instances on real connections', () => {
  it('share the calls', async () => {
    const instances = await fakes(3);
    const send = upstreamsOf(instances, { balance: { by: 'roundRobin' } }).send('shop');
    for (let call = 0; call < 9; call++) expect((await send(get(), testContext())).status).toBe(200);
    expect(instances.map(({ requests }) => requests.length)).toEqual([3, 3, 3]);
  });

  it('are called by their own address in Host', async () => {
    const [instance] = await fakes(1);
    await upstreamsOf([instance!]).send('shop')(get(), testContext());
    expect(instance!.requests[0]!.headers.host).toBe(`127.0.0.1:${instance!.port}`);
  });

  it('are called by the name that their address was found by', async () => {
    const [instance] = await fakes(1);
    const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test' }), {});
    const found = description('a', { host: '127.0.0.1', port: instance!.port, serverName: 'shop.test.' });
    const transport = undiciTransport(found, settings, new Egress(['127.0.0.1']));
    open.push(transport);
    expect((await transport.send(get(), testContext())).status).toBe(200);
    expect(instance!.requests[0]!.headers.host).toBe(`shop.test:${instance!.port}`);
  });

  it('are asked for their certificate by that name', async () => {
    const asked: string[] = [];
    const server = createServer({
      SNICallback: (name, callback) => {
        asked.push(name);
        callback(new Error('no certificate'));
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const { port } = server.address() as AddressInfo;
    const settings = resolveSettings(defineUpstream('shop', { url: 'https://shop.test' }), {});
    const found = description('a', { protocol: 'https', host: '127.0.0.1', port, serverName: 'shop.test.' });
    const transport = undiciTransport(found, settings, new Egress(['127.0.0.1']));
    open.push(transport);
    await expect(transport.send(get(), testContext())).rejects.toMatchObject({ code: 'upstream-connect' });
    expect(asked).toEqual(['shop.test']);
  });

  it('case 99: a name is checked where it is connected to', async () => {
    const [instance] = await fakes(1);
    const url = `http://localhost:${instance!.port}`;
    const upstreams = buildUpstreams([defineUpstream('shop', { ...BARE, url, egress: ['10.0.0.0/8'] })], {});
    open.push({ close: () => upstreams.close() });
    await expect(upstreams.send('shop')(get(), testContext())).rejects.toMatchObject({
      code: 'upstream-connect',
      cause: { code: 'EGRESS' },
    });
    expect(instance!.connections).toBe(0);
  });

  it('all down is answered with the refusals of connections, at no timeout', async () => {
    const instances = await fakes(3);
    const upstreams = upstreamsOf(instances);
    await Promise.all(instances.map((instance) => instance.close()));
    for (let call = 0; call < 10; call++) {
      await expect(upstreams.send('shop')(get(), testContext())).rejects.toMatchObject({
        code: 'upstream-connect',
        cause: { code: 'ECONNREFUSED' },
      });
    }
  });

  it('no instance is 503 without waiting for anything', async () => {
    const { send, close } = changingSet([]);
    open.push({ close });
    await expect(withinATurn(send(get(), testContext()))).rejects.toMatchObject({
      code: 'upstream-unavailable',
      headers: { 'retry-after': '1' },
    });
  });

  it('case 95: a call to an instance that leaves is answered, then its connection is closed', async () => {
    const old = await startRawUpstream(() => undefined);
    const [fresh] = await fakes(1);
    const { send, become, close } = changingSet([old]);
    open.push(old, { close });
    const answer = send(get(), testContext());
    await eventually(() => old.sockets.length === 1);
    await become([fresh!]);
    expect((await send(get(), testContext())).status).toBe(200);
    expect(fresh!.requests).toHaveLength(1);
    old.sockets[0]!.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate');
    expect(await answer).toMatchObject({ status: 200, body: { length: 4 } });
    await eventually(() => old.sockets[0]!.destroyed);
  });

  it('case 95: an ejected instance gets no traffic, yet its probes', async () => {
    const [good, bad] = await fakes(2);
    bad!.use({ '/': reply({ status: 503 }), '/health': reply({ body: 'fine' }) });
    good!.use({ '/': reply({ body: 'ok' }), '/health': reply({ body: 'fine' }) });
    const upstreams = upstreamsOf([good!, bad!], {
      ejection: { consecutiveFailures: 2 },
      balance: { by: 'roundRobin' },
      health: { path: '/health', interval: 20 },
    });
    const send = upstreams.send('shop');
    for (let call = 0; call < 4; call++) await send(get(), testContext());
    expect(upstreams.health()[0]!.instances.map(({ state }) => state)).toEqual(['healthy', 'ejected']);
    const count = (url: string): number => bad!.requests.filter((request) => request.url === url).length;
    const before = { calls: count('/'), probes: count('/health') };
    for (let call = 0; call < 10; call++) expect((await send(get(), testContext())).status).toBe(200);
    await eventually(() => count('/health') > before.probes + 2);
    expect(count('/')).toBe(before.calls);
  });
});

describe('health()', () => {
  it('names no address', async () => {
    const [up] = await fakes(1);
    const upstreams = upstreamsOf([up!]);
    expect(upstreams.health()).toEqual([
      {
        name: 'shop',
        source: { kind: 'static', state: 'fresh', age: 0, failure: undefined },
        traffic: 'normal',
        instances: [
          {
            id: expect.stringMatching(/^[0-9a-f]{8}$/),
            zone: undefined,
            state: 'healthy',
            calls: { lastSuccess: undefined, lastFailure: undefined, failuresInRow: 0 },
            probes: undefined,
          },
        ],
      },
    ]);
    expect(JSON.stringify(upstreams.health())).not.toContain(String(up!.port));
  });
});
