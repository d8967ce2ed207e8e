import { Readable } from 'node:stream';
import { BffError } from '@portico/core';
import { eventually, type RawAnswer, startRawUpstream, testContext } from '@portico/testing';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import type { HeldBody, UpstreamRequest } from '../send.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(answer: RawAnswer, options: Partial<UpstreamOptions> = {}): Promise<Upstreams> {
  const upstream = await startRawUpstream(answer);
  const upstreams = buildUpstreams([defineUpstream('shop', { url: upstream.url, ...options })], {});
  open.push(upstream, { close: () => upstreams.close() });
  return upstreams;
}

const REFUSAL = 'HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 7\r\n\r\ntoo big';

/** Answers a GET; an upload is refused by `refuse` while its body is still coming. */
const refusing =
  (refuse: RawAnswer): RawAnswer =>
  (socket, request) => {
    if (request.toString('latin1').startsWith('GET')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    else if (request.toString('latin1').startsWith('P')) refuse(socket, request);
  };

/** A body that comes as fast as it is taken. */
const flood = (): Readable =>
  new Readable({
    read() {
      this.push(Buffer.alloc(16_384));
    },
  });

const streamed = (method = 'POST'): UpstreamRequest => ({ method, target: '/', headers: [], body: flood() });
const held = (bytes: number): UpstreamRequest => ({
  method: 'POST',
  target: '/',
  headers: [],
  body: Buffer.alloc(bytes),
});
const GET: UpstreamRequest = { method: 'GET', target: '/', headers: [] };

const closings: Array<[string, RawAnswer]> = [
  ['closes its side', (socket) => void socket.pause().end(REFUSAL)],
  ['closes both ways', (socket) => socket.end(REFUSAL, () => socket.destroy())],
  ['resets the connection', (socket) => socket.write(REFUSAL, () => socket.resetAndDestroy())],
];

describe('an upstream that refuses an upload before it has it all', () => {
  it.each(closings)('and %s has its answer read, of a streamed body and of one in memory', async (_, refuse) => {
    const send = (await start(refusing(refuse))).send('shop');
    for (let upload = 0; upload < 15; upload++) {
      for (const request of [streamed(), held(60_000), held(1024 * 1024)]) {
        const { status, body } = await send(request, testContext());
        expect([status, Buffer.concat((body as HeldBody).chunks).toString()]).toEqual([413, 'too big']);
      }
    }
    expect((await send(GET, testContext())).status).toBe(200);
  });

  it('has its answer read though the next piece of the body found it gone before the answer was read', async () => {
    let body!: Readable;
    const send = (
      await start(
        refusing((socket) => {
          socket.write(REFUSAL);
          socket.resetAndDestroy();
          for (let piece = 0; piece < 3; piece++) body.push(Buffer.alloc(1_000));
        }),
      )
    ).send('shop');
    for (let upload = 0; upload < 15; upload++) {
      body = new Readable({ read: () => undefined });
      body.push(Buffer.alloc(1_000));
      const answer = await send({ method: 'POST', target: '/', headers: [], body }, testContext());
      expect([answer.status, Buffer.concat((answer.body as HeldBody).chunks).toString()]).toEqual([413, 'too big']);
      expect(body.destroyed).toBe(true);
    }
  });

  it('and closes without a word is neither ejected nor cut off: others are served, and nothing is sent twice', async () => {
    let uploads = 0;
    const upstreams = await start(
      refusing((socket) => {
        uploads++;
        socket.resetAndDestroy();
      }),
      { ejection: { consecutiveFailures: 2 }, breaker: { minimumCalls: 2 } },
    );
    const send = upstreams.send('shop');
    for (let upload = 0; upload < 30; upload++) {
      await expect(send(streamed('PUT'), testContext())).rejects.toMatchObject({ code: 'upstream-reset' });
      expect((await send(GET, testContext())).status).toBe(200);
    }
    expect(uploads).toBe(30);
    expect(upstreams.health()[0]!.instances.map(({ state }) => state)).toEqual(['healthy']);
  });

  it('is still blamed for closing under a request that was whole', async () => {
    const upstreams = await start((socket) => socket.resetAndDestroy(), { breaker: { minimumCalls: 2 }, retry: false });
    const send = upstreams.send('shop');
    for (let call = 0; call < 2; call++) {
      await expect(send(held(10), testContext())).rejects.toMatchObject({ code: 'upstream-reset' });
    }
    await expect(send(GET, testContext())).rejects.toMatchObject({ code: 'upstream-circuit-open' });
  });
});

describe('a client that breaks its upload off', () => {
  it('costs the upstream nothing but that call', async () => {
    const upstreams = await start(
      refusing(() => undefined),
      { ejection: { consecutiveFailures: 2 }, breaker: { minimumCalls: 2 } },
    );
    const send = upstreams.send('shop');
    for (let upload = 0; upload < 30; upload++) {
      const body = new Readable({ read: () => undefined });
      body.push(Buffer.alloc(100));
      const ctx = testContext();
      const answer = send({ method: 'PUT', target: '/', headers: ['content-length', '1000'], body }, ctx);
      const isByContext = upload % 2 === 0;
      setImmediate(() => (isByContext ? ctx.abort(new BffError('client-aborted')) : body.destroy()));
      await expect(answer).rejects.toMatchObject({ code: 'client-aborted' });
    }
    expect((await send(GET, testContext())).status).toBe(200);
    await eventually(() => upstreams.health()[0]!.instances[0]!.state === 'healthy');
  });
});
