import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Egress } from '@portico/discovery';
import { eventually, FakeClock, reply, startFakeUpstream, startRawUpstream, testContext } from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { description } from '../../test/instances.ts';
import { transportTo } from '../../test/transport-to.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import type { UpstreamRequest } from '../send.ts';
import { resolveSettings } from '../settings.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';
import { undiciTransport } from './undici-transport.ts';

const open: Array<{ close(): Promise<unknown> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const get = (target = '/'): UpstreamRequest => ({ method: 'GET', target, headers: [] });

/** Calls to one upstream whose connections' age goes by a clock of the test's. */
async function aging(options: Partial<UpstreamOptions> = {}, random = 0) {
  const clock = new FakeClock();
  const upstream = await startFakeUpstream(reply());
  const definition = defineUpstream('shop', { url: upstream.url, ...BARE, maxConnectionAge: 1_000, ...options });
  const upstreams = buildUpstreams([definition], {}, { clock, random: () => random });
  open.push(upstream, { close: () => upstreams.close() });
  return { clock, upstream, send: upstreams.send('shop') };
}

describe('the age of a connection', () => {
  it('ends it between two calls, and the next call opens another', async () => {
    const { clock, upstream, send } = await aging({ connections: 1 });
    await send(get(), testContext());
    clock.advance(999);
    await send(get(), testContext());
    expect(upstream.connections).toBe(1);
    clock.advance(1);
    await send(get(), testContext());
    await send(get(), testContext());
    expect(upstream.connections).toBe(2);
    clock.advance(1_000);
    await send(get(), testContext());
    expect(upstream.connections).toBe(3);
  });

  it('never ends a call: the connection is closed once its answer is read, and calls that waited get another', async () => {
    const { clock, upstream, send } = await aging({ connections: 1 });
    upstream.use({ '/slow': reply({ body: Buffer.alloc(300_000), delay: 30 }), '/next': reply() });
    const { body } = await send(get('/slow'), testContext());
    clock.advance(5_000);
    const next = send(get('/next'), testContext());
    expect(Buffer.concat((await (body as Readable).toArray()) as Buffer[])).toHaveLength(300_000);
    expect((await next).status).toBe(200);
    expect(upstream.connections).toBe(2);
  });

  it('lets calls go on as if nothing were, whenever it comes', async () => {
    const { clock, upstream, send } = await aging({ connections: 3, connectTimeout: 5_000 });
    const calls = Array.from({ length: 300 }, async (_, i) => {
      for (let tick = 0; tick < i % 20; tick++) await new Promise((resolve) => setImmediate(resolve));
      if (i % 10 === 0) clock.advance(1_000);
      const { status } = await send({ ...get(), method: i % 3 === 0 ? 'POST' : 'GET' }, testContext());
      return status;
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(upstream.connections).toBeGreaterThan(3);
  });

  it('is up to a fifth less than the largest, by chance, so that connections do not all end together', async () => {
    const { clock, upstream, send } = await aging({ connections: 1 }, 0.999);
    await send(get(), testContext());
    clock.advance(800);
    await send(get(), testContext());
    expect(upstream.connections).toBe(1);
    clock.advance(1);
    await send(get(), testContext());
    expect(upstream.connections).toBe(2);
  });

  it('leads to where a name has moved', async () => {
    const before = await startFakeUpstream(reply());
    const { port } = before;
    let after = 0;
    const moved = createServer((_, response) => response.end(String(after++)));
    await new Promise<void>((resolve) => moved.listen(port, '127.0.0.2', resolve));
    let address = '127.0.0.1';
    const lookup: LookupFunction = (_name, options, callback) => {
      if (options.all) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    };
    const clock = new FakeClock();
    const settings = resolveSettings(
      defineUpstream('shop', { url: 'http://shop.test', connections: 1, maxConnectionAge: 1_000 }),
      {},
    );
    const egress = Object.assign(new Egress(['127.0.0.0/8']), { lookup });
    const transport = undiciTransport(description('a', { host: 'shop.test', port }), settings, egress, {
      clock,
      random: () => 0,
    });
    open.push(transport, before, { close: () => new Promise((resolve) => moved.close(resolve)) });
    const called = (): number[] => [before.requests.length, after];
    await transport.send(get(), testContext());
    address = '127.0.0.2';
    await transport.send(get(), testContext());
    expect(called()).toEqual([2, 0]);
    clock.advance(1_000);
    await Promise.all([transport.send(get(), testContext()), transport.send(get(), testContext())]);
    expect(called()).toEqual([2, 2]);
  });
});

describe('the idle time of a connection', () => {
  it('ends it without a call', async () => {
    const upstream = await startRawUpstream('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    const transport = transportTo(upstream.url, { maxConnectionIdle: 50 });
    open.push(transport, upstream);
    await transport.send(get(), testContext());
    await eventually(() => upstream.sockets[0]!.readableEnded);
  });

  it('is not longer because the upstream offers more', async () => {
    const upstream = await startRawUpstream('HTTP/1.1 200 OK\r\nkeep-alive: timeout=60\r\ncontent-length: 0\r\n\r\n');
    const transport = transportTo(upstream.url, { maxConnectionIdle: 50 });
    open.push(transport, upstream);
    await transport.send(get(), testContext());
    await eventually(() => upstream.sockets[0]!.readableEnded);
  });
});
