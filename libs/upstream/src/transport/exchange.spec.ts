import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import {
  eventually,
  FakeClock,
  type FakeUpstream,
  hang,
  type RawAnswer,
  type RawUpstream,
  reply,
  type Script,
  startFakeUpstream,
  startRawUpstream,
  testContext,
} from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import type { HeldBody, Send, UpstreamRequest, UpstreamResponse } from '../send.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function sendTo(url: string, options: Partial<UpstreamOptions> = {}): [Send, Upstreams] {
  const upstreams = buildUpstreams([defineUpstream('shop', { url, ...BARE, ...options })], {});
  open.push({ close: () => upstreams.close() });
  return [upstreams.send('shop'), upstreams];
}

async function fake(script: Script, options: Partial<UpstreamOptions> = {}): Promise<[FakeUpstream, Send]> {
  const upstream = await startFakeUpstream(script);
  open.push(upstream);
  return [upstream, sendTo(upstream.url, options)[0]];
}

async function raw(answer: string | RawAnswer, options: Partial<UpstreamOptions> = {}): Promise<[RawUpstream, Send]> {
  const upstream = await startRawUpstream(answer);
  open.push(upstream);
  return [upstream, sendTo(upstream.url, options)[0]];
}

const get = (target = '/'): UpstreamRequest => ({ method: 'GET', target, headers: [] });
const post = (body: Readable, headers: string[] = []): UpstreamRequest => ({
  method: 'POST',
  target: '/',
  headers,
  body,
});

const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );

const readAll = (response: UpstreamResponse): Promise<Buffer> =>
  (response.body as Readable).toArray().then((chunks) => Buffer.concat(chunks as Buffer[]));

const gone = new BffError('client-aborted');

describe('a call that waits for a free connection', () => {
  it.each([
    ['GET', () => get('/second')],
    ['POST', () => ({ ...get('/second'), method: 'POST', body: Buffer.from('pay') })],
  ])('case 94: a %s given up meanwhile is never sent, and costs no connection', async (_, second) => {
    const [upstream, send] = await fake({ '/first': reply({ delay: 50 }), '/third': reply() }, { connections: 1 });
    const first = send(get('/first'), testContext());
    const ctx = testContext();
    const given = codeOf(send(second(), ctx));
    const third = send(get('/third'), testContext());
    ctx.abort(gone);
    expect(await given).toBe('client-aborted');
    expect([(await first).status, (await third).status]).toEqual([200, 200]);
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/first', '/third']);
    expect(upstream.connections).toBe(1);
  });

  it('fails as what found all connections in use, was not sent, and keeps its place free for others', async () => {
    const [upstream, send] = await fake(
      { '/slow': reply({ delay: 400 }), '/late': reply(), '/next': reply() },
      { connections: 1, connectTimeout: 100 },
    );
    const slow = send(get('/slow'), testContext());
    expect(await codeOf(send(get('/late'), testContext()))).toBe('upstream-saturated');
    expect((await slow).status).toBe(200);
    expect((await send(get('/next'), testContext())).status).toBe(200);
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/slow', '/next']);
  });
});

describe('a call that is connecting', () => {
  const silentTls: RawAnswer = () => undefined;

  it('ends at once when the client leaves', async () => {
    const upstream = await startRawUpstream(silentTls);
    open.push(upstream);
    const [send] = sendTo(upstream.url.replace('http:', 'https:'), { connectTimeout: 500 });
    const ctx = testContext();
    const answer = codeOf(send(get(), ctx));
    await eventually(() => upstream.sockets.length === 1);
    ctx.abort(gone);
    expect(await answer).toBe('client-aborted');
  });

  it('ends at the connect timeout when the handshake never does', async () => {
    const upstream = await startRawUpstream(silentTls);
    open.push(upstream);
    const [send] = sendTo(upstream.url.replace('http:', 'https:'), { connectTimeout: 100 });
    expect(await codeOf(send(get(), testContext()))).toBe('upstream-connect-timeout');
  });

  it('tells a failed TLS handshake from an answer that broke off', async () => {
    const upstream = await startRawUpstream('');
    open.push(upstream);
    const [send] = sendTo(upstream.url.replace('http:', 'https:'));
    const answer = codeOf(send(get(), testContext()));
    await eventually(() => upstream.received[0]?.length);
    upstream.sockets[0]!.end('HTTP/1.1 400 Plain HTTP\r\n\r\n');
    expect(await answer).toBe('upstream-connect');
  });
});

describe('a call that sends a body', () => {
  const drip = async function* (count: number, delay: number) {
    for (let i = 0; i < count; i++) {
      await pause(delay);
      yield Buffer.from('drip');
    }
  };

  it('does not blame the upstream for a client that sends slowly, however long its pauses', async () => {
    const [upstream, send] = await fake(reply({ status: 201 }), { headersTimeout: 100 });
    const answer = await send(post(Readable.from(drip(4, 40))), testContext());
    expect(answer.status).toBe(201);
    expect((await send(post(Readable.from(drip(2, 200))), testContext())).status).toBe(201);
    expect(upstream.requests[0]!.body.toString()).toBe('drip'.repeat(4));
  });

  it('blames an upstream that does not read it', async () => {
    const [upstream, send] = await raw((socket) => void socket.pause(), { headersTimeout: 200 });
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    expect(await codeOf(send(post(endless), testContext()))).toBe('upstream-timeout');
    expect(endless.destroyed).toBe(true);
    upstream.sockets[0]!.resume();
    await eventually(() => upstream.sockets[0]!.destroyed, 10_000);
  });

  it('is the client that left when the body breaks off', async () => {
    const [, send] = await fake(hang());
    const body = new Readable({ read: () => undefined });
    const answer = codeOf(send(post(body, ['content-length', '100']), testContext()));
    body.push(Buffer.from('half'));
    await pause(50);
    body.destroy();
    expect(await answer).toBe('client-aborted');
  });

  it('ends its body when the client leaves', async () => {
    const [upstream, send] = await fake(hang());
    const ctx = testContext();
    const body = new Readable({ read: () => undefined });
    const answer = codeOf(send(post(body), ctx));
    body.push(Buffer.from('half'));
    await eventually(() => upstream.requests.length === 1);
    ctx.abort(gone);
    expect(await answer).toBe('client-aborted');
    expect(body.destroyed).toBe(true);
    await eventually(() => upstream.requests[0]!.aborted);
  });
});

describe('a streamed answer', () => {
  const LONG_HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n';

  it('that breaks before anyone reads it tells the late reader, and crashes nothing', async () => {
    const [, send] = await raw(
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n11000\r\n${'x'.repeat(0x11000)}\r\nzz`,
    );
    const broken = await send(get(), testContext());
    await pause(20);
    await expect(readAll(broken)).rejects.toMatchObject({ code: 'upstream-framing' });

    const [, slow] = await raw(LONG_HEAD);
    const ctx = testContext();
    const answer = await slow(get(), ctx);
    ctx.abort(gone);
    await pause(20);
    await expect(readAll(answer)).rejects.toMatchObject({ code: 'client-aborted' });
  });

  it('counts the silence of the upstream from the moment its reader asked for more', async () => {
    const clock = new FakeClock();
    const [upstream, send] = await raw(LONG_HEAD + 'x'.repeat(200_000), { bodyTimeout: 1000, headersTimeout: 1000 });
    const { body } = await send(get(), testContext({ clock }));
    const stream = body as Readable;
    await eventually(() => stream.readableLength >= 65_536);
    clock.advance(1900);
    let read = 0;
    stream.on('data', (chunk: Buffer) => (read += chunk.length));
    const ended = once(stream, 'end');
    await eventually(() => read === 200_000);
    clock.advance(900);
    upstream.sockets[0]!.write('x'.repeat(100_000));
    await ended;
    expect(read).toBe(300_000);
    expect(clock.pending).toBe(0);
  });

  it('is cut when its upstream falls silent, however long the reader paused before', async () => {
    const clock = new FakeClock();
    const [, send] = await raw(LONG_HEAD + 'x'.repeat(200_000), { bodyTimeout: 1000 });
    const { body } = await send(get(), testContext({ clock }));
    const stream = body as Readable;
    await eventually(() => stream.readableLength >= 65_536);
    clock.advance(5000);
    let read = 0;
    stream.on('data', (chunk: Buffer) => (read += chunk.length));
    const failed = once(stream, 'error');
    await eventually(() => read === 200_000);
    clock.advance(1000);
    expect(await failed).toMatchObject([{ code: 'upstream-body-timeout' }]);
  });
});

describe('a streamed answer in single bytes', () => {
  it('is read whole in few pieces, and others have their turns meanwhile', async () => {
    const drops = '1\r\nx\r\n'.repeat(200_000);
    const [, send] = await raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${drops}0\r\n\r\n`);
    const { body } = await send(get(), testContext());
    const pieces: Buffer[] = [];
    let turns = 0;
    const turn = (): void => void (turns++, (timer = setImmediate(turn)));
    let timer = setImmediate(turn);
    for await (const piece of body as Readable) pieces.push(piece as Buffer);
    clearImmediate(timer);
    expect(Buffer.concat(pieces).toString()).toBe('x'.repeat(200_000));
    expect(pieces.length).toBeLessThan(1_000);
    expect(turns).toBeGreaterThan(50);
  });
});

describe('a held answer', () => {
  it('that comes in single bytes is not held as as many pieces', async () => {
    const drops = '1\r\nx\r\n'.repeat(20_000);
    const [, send] = await raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${drops}0\r\n\r\n`);
    const { body } = await send({ ...get(), holdUpTo: 1024 * 1024 }, testContext());
    const { chunks, length } = body as HeldBody;
    expect(Buffer.concat(chunks).toString()).toBe('x'.repeat(20_000));
    expect(length).toBe(20_000);
    expect(chunks.length).toBeLessThan(30);
  });
});

describe('a connection kept open', () => {
  it('that the upstream closes under a request is a reset, and the next call gets a fresh one', async () => {
    const [upstream, send] = await raw(
      (socket) => {
        if (upstream.sockets.length === 1 && upstream.received[0]!.includes('/second')) socket.end();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      },
      { connections: 1 },
    );
    await send(get('/first'), testContext());
    expect(await codeOf(send(get('/second'), testContext()))).toBe('upstream-reset');
    expect((await send(get('/third'), testContext())).status).toBe(200);
  });

  it('is not asked for once the upstreams are closed', async () => {
    const upstream = await startFakeUpstream(reply());
    open.push(upstream);
    const [send, upstreams] = sendTo(upstream.url);
    await upstreams.close();
    expect(await codeOf(send(get(), testContext()))).toBe('shutting-down');
  });
});
