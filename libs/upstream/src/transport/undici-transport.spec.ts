import { Readable } from 'node:stream';
import { BffError } from '@portico/core';
import {
  eventually,
  type FakeUpstream,
  hang,
  reply,
  type Script,
  startFakeUpstream,
  testContext,
} from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import type { HeldBody, UpstreamRequest } from '../send.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(script: Script, options: Partial<UpstreamOptions> = {}): Promise<[FakeUpstream, Upstreams]> {
  const upstream = await startFakeUpstream(script);
  const upstreams = buildUpstreams([defineUpstream('shop', { url: upstream.url, ...BARE, ...options })], {});
  open.push(upstream, { close: () => upstreams.close() });
  return [upstream, upstreams];
}

const get = (target = '/', headers: string[] = []): UpstreamRequest => ({ method: 'GET', target, headers });

describe('the transport', () => {
  it('holds a body up to 64 KB and streams a larger one', async () => {
    const [, upstreams] = await start({
      '/small': reply({ body: Buffer.alloc(65_536, 's') }),
      '/large': reply({ body: Buffer.alloc(65_537, 'l') }),
      '/chunked': reply({ chunks: Array.from({ length: 20 }, () => Buffer.alloc(10_000, 'c')) }),
    });
    const send = upstreams.send('shop');
    const small = await send(get('/small'), testContext());
    expect((small.body as HeldBody).length).toBe(65_536);
    for (const [path, length] of [
      ['/large', 65_537],
      ['/chunked', 200_000],
    ] as const) {
      const { body } = await send(get(path), testContext());
      expect(body).toBeInstanceOf(Readable);
      expect(
        await Readable.from(body as Readable)
          .toArray()
          .then((all) => Buffer.concat(all as Buffer[]).length),
      ).toBe(length);
    }
  });

  it('holds any size up to the limit that the caller sets', async () => {
    const [, upstreams] = await start(reply({ body: Buffer.alloc(300_000) }));
    const { body } = await upstreams.send('shop')({ ...get(), holdUpTo: 300_000 }, testContext());
    expect((body as HeldBody).length).toBe(300_000);
    await expect(upstreams.send('shop')({ ...get(), holdUpTo: 299_999 }, testContext())).rejects.toMatchObject({
      code: 'upstream-body-too-large',
    });
  });

  it('keeps repeated fields apart', async () => {
    const [, upstreams] = await start(reply({ headers: ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-One', '1'] }));
    const { headers } = await upstreams.send('shop')(get(), testContext());
    expect(headers.join(' ')).toMatch(/set-cookie a=1 set-cookie b=2 x-one 1/);
  });

  it('sends the target byte for byte, under the base path', async () => {
    const upstream = await startFakeUpstream(reply());
    const upstreams = buildUpstreams([defineUpstream('shop', { url: `${upstream.url}/v1/` })], {});
    open.push(upstream, { close: () => upstreams.close() });
    await upstreams.send('shop')(get('/a%2Fb/%7E~;p=1?a=1&a=2&'), testContext());
    expect(upstream.requests[0]!.url).toBe('/v1/a%2Fb/%7E~;p=1?a=1&a=2&');
  });

  it('streams a request body with its length', async () => {
    const [upstream, upstreams] = await start(reply({ status: 201 }));
    const body = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
    const headers = ['content-type', 'text/plain', 'content-length', '11'];
    const answer = await upstreams.send('shop')({ method: 'POST', target: '/', headers, body }, testContext());
    expect(answer.status).toBe(201);
    expect(upstream.requests[0]!.body.toString()).toBe('hello world');
    expect(upstream.requests[0]!.headers['content-length']).toBe('11');
    expect(upstream.requests[0]!.headers['transfer-encoding']).toBeUndefined();
  });

  it('passes the trace on: the same trace, a fresh span for each call', async () => {
    const [upstream, upstreams] = await start(reply());
    const ctx = testContext();
    await upstreams.send('shop')(get(), ctx);
    await upstreams.send('shop')(get(), ctx);
    const [first, second] = upstream.requests.map((request) => request.headers['traceparent'] as string);
    expect(first).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(second).not.toBe(first);
    expect(first).not.toContain(ctx.trace.spanId);
  });

  it('case 94: cancels the call when the client leaves', async () => {
    const [upstream, upstreams] = await start(hang());
    const ctx = testContext();
    const answer = upstreams.send('shop')(get(), ctx);
    await eventually(() => upstream.requests.length === 1);
    ctx.abort(new BffError('client-aborted'));
    await expect(answer).rejects.toMatchObject({ code: 'client-aborted', upstream: 'shop' });
    await eventually(() => upstream.requests[0]!.aborted, 4_000);
  });

  it('case 94: cancels a streamed answer when its reader stops', async () => {
    const endless = function* () {
      for (;;) yield Buffer.alloc(65_536);
    };
    const [upstream, upstreams] = await start(reply({ chunks: endless() }));
    const { body } = await upstreams.send('shop')(get(), testContext());
    (body as Readable).destroy();
    await eventually(() => upstream.requests[0]!.aborted, 4_000);
  });

  it('cuts a call at the request deadline, also while it streams', async () => {
    const [, upstreams] = await start({
      '/never': hang(),
      '/drip': reply({ chunks: Array.from({ length: 100 }, () => Buffer.alloc(65_536)), chunkDelay: 50 }),
    });
    const ctx = testContext();
    ctx.expireAfter(100);
    await expect(upstreams.send('shop')(get('/never'), ctx)).rejects.toMatchObject({ code: 'deadline-exceeded' });
    const streaming = testContext();
    streaming.expireAfter(200);
    const { body } = await upstreams.send('shop')(get('/drip'), streaming);
    await expect((body as Readable).toArray()).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('sends nothing once the deadline has passed or the client is gone', async () => {
    const [upstream, upstreams] = await start(reply());
    const gone = testContext();
    gone.abort(new BffError('client-aborted'));
    await expect(upstreams.send('shop')(get(), gone)).rejects.toMatchObject({ code: 'client-aborted' });
    expect(upstream.requests).toHaveLength(0);
  });

  it('does not blame the upstream while the reader is slow', async () => {
    const [, upstreams] = await start(reply({ chunks: Array.from({ length: 40 }, () => Buffer.alloc(65_536)) }), {
      bodyTimeout: 150,
    });
    const { body } = await upstreams.send('shop')(get(), testContext());
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await (body as Readable).toArray().then((all) => Buffer.concat(all as Buffer[]).length)).toBe(40 * 65_536);
  });

  it('takes a 304 that announces the length of the body it does not have', async () => {
    const [, upstreams] = await start(reply({ status: 304, headers: { 'content-length': '500', etag: '"a"' } }));
    const { status, body } = await upstreams.send('shop')(get(), testContext());
    expect([status, (body as HeldBody).length]).toEqual([304, 0]);
  });
});

describe('an instance all of whose connections are in use', () => {
  const full = { connections: 1, connectTimeout: 100, balance: { by: 'roundRobin' } } as const;

  it('answers the calls that wait for one when it is closed', async () => {
    const [upstream, upstreams] = await start(hang(), { ...full, connectTimeout: 5_000 });
    const send = upstreams.send('shop');
    const ctx = testContext();
    const holding = send(get(), ctx).catch(() => 'given up');
    await eventually(() => upstream.requests.length === 1);
    const waiting = send(get(), testContext());
    const closed = upstreams.close();
    upstream.use(reply({ body: 'ok' }));
    ctx.abort(new BffError('client-aborted'));
    expect(await holding).toBe('given up');
    expect((await waiting).status).toBe(200);
    await closed;
  });

  it('fails the calls that wait too long with `upstream-saturated`', async () => {
    const [upstream, upstreams] = await start(hang(), full);
    const send = upstreams.send('shop');
    const ctx = testContext();
    const holding = send(get(), ctx);
    await eventually(() => upstream.requests.length === 1);
    await expect(send(get(), testContext())).rejects.toMatchObject({
      code: 'upstream-saturated',
      upstream: 'shop',
      headers: { 'retry-after': '1' },
    });
    ctx.abort(new BffError('client-aborted'));
    await expect(holding).rejects.toMatchObject({ code: 'client-aborted' });
    expect([upstream.requests.length, upstream.connections]).toEqual([1, 1]);
  });

  it('is neither ejected for it nor does the breaker open; its other calls go on', async () => {
    const [one, other] = [await startFakeUpstream(hang()), await startFakeUpstream(hang())];
    const definition = defineUpstream('shop', {
      url: `${one.url},${other.url}`,
      ...full,
      retry: false,
      ejection: { consecutiveFailures: 2 },
      breaker: { minimumCalls: 2 },
    });
    const upstreams = buildUpstreams([definition], {});
    open.push(one, other, { close: () => upstreams.close() });
    const send = upstreams.send('shop');
    const ctx = testContext();
    const holding = [send(get(), ctx), send(get(), ctx)].map((call) => call.catch(() => 'given up'));
    await eventually(() => one.requests.length === 1 && other.requests.length === 1);
    const waiting = await Promise.allSettled(Array.from({ length: 10 }, () => send(get(), testContext())));
    for (const call of waiting) expect(call).toMatchObject({ reason: { code: 'upstream-saturated' } });
    expect(upstreams.health()[0]!.instances.map(({ state }) => state)).toEqual(['healthy', 'healthy']);
    one.use(reply());
    other.use(reply());
    ctx.abort(new BffError('client-aborted'));
    await Promise.all(holding);
    expect((await send(get(), testContext())).status).toBe(200);
  });

  it('has its calls taken by another one, whatever their method, for nothing of them was sent', async () => {
    const [one, other] = [await startFakeUpstream(hang()), await startFakeUpstream(hang())];
    const upstreams = buildUpstreams([defineUpstream('shop', { url: `${one.url},${other.url}`, ...full })], {});
    open.push(one, other, { close: () => upstreams.close() });
    const send = upstreams.send('shop');
    const ctx = testContext();
    const holding = send(get(), ctx).catch(() => 'given up');
    await eventually(() => one.requests.length + other.requests.length === 1);
    const [busy, free] = one.requests.length === 1 ? [one, other] : [other, one];
    free.use(reply());
    for (let call = 0; call < 4; call++) {
      expect((await send({ ...get(), method: 'POST' }, testContext())).status).toBe(200);
    }
    expect([busy.requests.length, free.requests.length]).toEqual([1, 4]);
    ctx.abort(new BffError('client-aborted'));
    await holding;
  });
});
