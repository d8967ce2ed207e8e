import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { defineUpstream } from '@portico/upstream';
import { eventually, hang, httpRequest, parseResponses, rawRequest, reply, startRawUpstream } from '@portico/testing';
import { type RunningApp, startApp } from '../test/start-app.ts';
import { type Pair, startPair } from '../test/start-pair.ts';

const LARGE = randomBytes(300 * 1024);

/** Around the size up to which a body is written together with its head. */
const SIZES = [0, 1, 8_192, 8_193];

/** All values of a byte, again and again. */
const everyByte = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, i) => i % 256));

describe('the answer of a forwarding route', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({
      '/small': reply({ headers: { etag: '"1"' }, body: 'small' }),
      '/large': reply({ body: LARGE }),
      '/chunks': reply({ chunks: ['a', 'b', 'c'] }),
      '/large-chunks': reply({ chunks: [LARGE.subarray(0, 100_000), LARGE.subarray(100_000)] }),
      ...Object.fromEntries(SIZES.map((size) => [`/bytes/${size}`, reply({ body: everyByte(size) })])),
      '/empty': reply({ status: 204 }),
      '/unchanged': reply({ status: 304, headers: { etag: '"1"', 'content-length': '5' } }),
      '/missing': reply({ status: 404, body: '{"error":"none"}' }),
      '/down': reply({ status: 503, headers: { 'retry-after': '5' }, body: 'later' }),
      '/hang': hang(),
      '/stall': reply({ chunks: endless(), chunkDelay: 20 }),
    });
  });
  afterAll(() => pair?.close());

  it.each([
    ['/small', 'small', '5'],
    ['/chunks', 'abc', '3'],
  ])('is written at once with its length when it is small: %s', async (path, text, length) => {
    const answer = await httpRequest(`${pair.app.url}/api${path}`);
    expect(answer).toMatchObject({ status: 200, text, complete: true });
    expect(answer.headers['content-length']).toBe(length);
  });

  it.each(SIZES)('keeps every byte of a body of %i bytes', async (size) => {
    const answer = await httpRequest(`${pair.app.url}/api/bytes/${size}`);
    expect(answer.headers['content-length']).toBe(String(size));
    expect(answer.body.equals(everyByte(size))).toBe(true);
  });

  it('streams when it is large, with the length that the upstream announced', async () => {
    const answer = await httpRequest(`${pair.app.url}/api/large`);
    expect(answer.body.equals(LARGE)).toBe(true);
    expect(answer.headers['content-length']).toBe(String(LARGE.length));
    const chunked = await httpRequest(`${pair.app.url}/api/large-chunks`);
    expect(chunked.body.equals(LARGE)).toBe(true);
    expect(chunked.headers['transfer-encoding']).toBe('chunked');
  });

  it('has no body for HEAD, 204 and 304', async () => {
    const head = await httpRequest(`${pair.app.url}/api/large`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe(String(LARGE.length));
    expect(pair.upstream.requests.at(-1)?.method).toBe('HEAD');
    for (const [path, status] of [
      ['/empty', 204],
      ['/unchanged', 304],
    ] as const) {
      const answer = await httpRequest(`${pair.app.url}/api${path}`);
      expect(answer).toMatchObject({ status, text: '' });
      expect(answer.headers['content-length']).toBeUndefined();
      expect(answer.headers['transfer-encoding']).toBeUndefined();
    }
  });

  it('keeps the status and body of errors', async () => {
    expect(await httpRequest(`${pair.app.url}/api/missing`)).toMatchObject({ status: 404, text: '{"error":"none"}' });
    const down = await httpRequest(`${pair.app.url}/api/down`);
    expect(down).toMatchObject({ status: 503, text: 'later' });
    expect(down.headers['retry-after']).toBe('5');
  });

  it('leaves the connection ready for the next request', async () => {
    const get = 'GET /api/small HTTP/1.1\r\nHost: a\r\n\r\n';
    const { bytes } = await rawRequest(pair.app.port, get + get + get, { responses: 3 });
    expect(parseResponses(bytes).map(({ status, body }) => [status, body.toString()])).toEqual(
      Array(3).fill([200, 'small']),
    );
  });

  it('waits for the answer to an earlier request on the same connection', async () => {
    const get = (path: string) => `GET /api${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const { bytes } = await rawRequest(pair.app.port, get('/chunks') + get('/small'), { responses: 2 });
    expect(parseResponses(bytes).map(({ body }) => body.toString())).toEqual(['abc', 'small']);
  });

  it('case 94: an upstream call is cancelled when the client leaves', async () => {
    const before = pair.upstream.requests.length;
    const socket = connect(pair.app.port, '127.0.0.1');
    socket.write('GET /api/hang HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => pair.upstream.requests.length > before);
    socket.destroy();
    await eventually(() => pair.upstream.requests[before]?.aborted === true, 4_000);
  });

  it('case 94: a large answer is cancelled when the client leaves', async () => {
    const before = pair.upstream.requests.length;
    await rawRequest(pair.app.port, 'GET /api/stall HTTP/1.1\r\nHost: a\r\n\r\n', { timeout: 10 });
    await eventually(() => pair.upstream.requests[before]?.aborted === true, 4_000);
  });
});

describe('case 94: a client that stops reading', () => {
  it('stops the upstream too, so that nothing piles up in between', async () => {
    let taken = 0;
    function* counted(): Generator<Buffer> {
      for (const piece of endless()) {
        taken += piece.length;
        yield piece;
      }
    }
    const pair = await startPair({ '/endless': reply({ chunks: counted() }) });
    const socket = connect(pair.app.port, '127.0.0.1').pause();
    socket.write('GET /api/endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => taken > 0);
    let before: number;
    do {
      before = taken;
      await pause(300);
    } while (taken !== before);
    // What fits into the sockets' buffers of the kernel, twice.
    expect(taken).toBeLessThan(32 * 1024 * 1024);
    socket.destroy();
    await eventually(() => pair.upstream.requests[0]?.aborted === true, 4_000);
    await pair.close();
  });
});

describe('case 30: the deadline of a route', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(
      { '/hang': hang(), '/stall': reply({ chunks: endless(), chunkDelay: 20 }) },
      { timeout: 200 },
    );
  });
  afterAll(() => pair?.close());

  it('gives 504 when the upstream does not answer, and cancels the call', async () => {
    const answer = await httpRequest(`${pair.app.url}/api/hang`);
    expect(answer.status).toBe(504);
    await eventually(() => pair.upstream.requests.at(-1)?.aborted === true);
  });

  it('cuts the connection when the body takes too long', async () => {
    const answer = await httpRequest(`${pair.app.url}/api/stall`);
    expect(answer.complete).toBe(false);
    await eventually(() => pair.upstream.requests.at(-1)?.aborted === true);
    await eventually(() => pair.app.contexts.at(-1)?.failure?.code === 'deadline-exceeded');
  });
});

describe('case 22: an upstream that breaks off', () => {
  const half = `${'x'.repeat(100_000)}`;
  const broken: Record<string, string> = {
    '/length': `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${half}`,
    '/chunked': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n${half}\r\n`,
    '/bad-chunk': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n${half}\r\nzz\r\n`,
    '/short': 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nabc',
  };
  let app: RunningApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const upstream = await startRawUpstream((socket, request) => {
      const path = request.toString('latin1').split(' ')[1] ?? '';
      socket.end(broken[path] ?? '');
    });
    const shop = defineUpstream('shop', { url: `http://127.0.0.1:${upstream.port}` });
    app = await startApp(
      [shop],
      [{ methods: ['GET'], path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout: 2000 }],
    );
    close = async () => {
      await app.close();
      await upstream.close();
    };
  });
  afterAll(() => close?.());

  it.each(['/length', '/chunked', '/bad-chunk'])('never looks like a complete 200: %s', async (path) => {
    const answer = await httpRequest(`${app.url}/api${path}`);
    expect(answer.status).toBe(200);
    expect(answer.complete).toBe(false);
    expect(answer.body.length).toBeLessThanOrEqual(half.length);
  });

  it('gives 502 when nothing was sent yet', async () => {
    expect((await httpRequest(`${app.url}/api/short`)).status).toBe(502);
  });
});

/** Large pieces without end. */
function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(40_000, 'a');
}
