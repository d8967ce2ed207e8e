import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { eventually, type RawAnswer, type RawUpstream, startRawUpstream, testContext } from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { buildUpstreams, type Upstreams } from '../build-upstreams.ts';
import { headerOf, type HeldBody, type UpstreamRequest, type UpstreamResponse } from '../send.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function hostile(
  answer: string | RawAnswer,
  options: Partial<UpstreamOptions> = {},
): Promise<[RawUpstream, Upstreams]> {
  const upstream = await startRawUpstream(answer);
  const upstreams = buildUpstreams(
    [defineUpstream('bad', { url: upstream.url, ...BARE, headersTimeout: 500, bodyTimeout: 300, ...options })],
    {},
  );
  open.push(upstream, { close: () => upstreams.close() });
  return [upstream, upstreams];
}

function get(upstreams: Upstreams, extra: Partial<UpstreamRequest> = {}): Promise<UpstreamResponse> {
  return upstreams.send('bad')({ method: 'GET', target: '/', headers: [], ...extra }, testContext());
}

async function codeOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
}

const text = (response: UpstreamResponse): string => Buffer.concat((response.body as HeldBody).chunks).toString();

/** Reads a streamed body to its end or its break. */
async function drain(response: UpstreamResponse): Promise<string> {
  try {
    let length = 0;
    for await (const chunk of response.body as Readable) length += (chunk as Buffer).length;
    return `whole, ${length} bytes`;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('an upstream that breaks the rules', () => {
  it('case 21: gives bytes behind its answer to nobody and loses the connection', async () => {
    const evil = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil';
    const [upstream, upstreams] = await hostile((socket) => {
      socket.write(OK + (upstream.sockets.length === 1 ? evil : ''));
    });
    expect(text(await get(upstreams))).toBe('ok');
    expect(text(await get(upstreams))).toBe('ok');
    expect(upstream.sockets).toHaveLength(2);
  });

  it('case 21: gives bytes sent on an idle connection to nobody', async () => {
    const [upstream, upstreams] = await hostile(OK);
    await get(upstreams);
    upstream.sockets[0]!.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    await eventually(() => upstream.sockets[0]!.destroyed || upstream.sockets[0]!.readableEnded);
    expect(text(await get(upstreams))).toBe('ok');
  });

  it('case 22: an answer shorter than its Content-Length is an error, held or streamed', async () => {
    const [, short] = await hostile((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'));
    expect(await codeOf(get(short))).toBe('upstream-reset');
    const [, long] = await hostile((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n${'x'.repeat(100_000)}`),
    );
    expect(await drain(await get(long))).toBe('upstream-reset');
  });

  it('case 22: a chunked answer that is cut off is an error', async () => {
    const [, upstreams] = await hostile((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel'),
    );
    expect(await codeOf(get(upstreams))).toBe('upstream-reset');
  });

  it.each([
    ['Content-Length and Transfer-Encoding', 'content-length: 2\r\ntransfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n'],
    ['two different lengths', 'content-length: 2\r\ncontent-length: 3', 'ok!'],
    ['two equal lengths', 'content-length: 2\r\nContent-Length: 2', 'ok'],
    ['a signed length', 'content-length: +2', 'ok'],
    ['a hexadecimal length', 'content-length: 0x2', 'ok'],
    ['a bad chunk size', 'transfer-encoding: chunked', 'zz\r\nok\r\n0\r\n\r\n'],
    ['a signed chunk size', 'transfer-encoding: chunked', '+2\r\nok\r\n0\r\n\r\n'],
  ])('case 23: %s is refused and the connection dropped', async (_, fields, body) => {
    const [upstream, upstreams] = await hostile(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n${body}`);
    expect(await codeOf(get(upstreams))).toBe('upstream-framing');
    await eventually(() => upstream.sockets[0]!.readableEnded || upstream.sockets[0]!.destroyed);
  });

  it.each([
    ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\n'],
    ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n'],
  ])('case 24: body bytes after %s never become the next answer', async (_, method, head) => {
    const [upstream, upstreams] = await hostile((socket, request) => {
      if (request.toString().startsWith('GET /next')) socket.write(OK);
      else socket.write(`${head}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`);
    });
    const first = await get(upstreams, { method });
    expect((first.body as HeldBody).length).toBe(0);
    expect(text(await get(upstreams, { target: '/next' }))).toBe('ok');
    expect(upstream.sockets.length).toBeGreaterThan(1);
  });

  it('case 25: early hints are skipped, an endless row of them is not believed', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n';
    const [, few] = await hostile(hint.repeat(3) + OK);
    const answer = await get(few);
    expect(text(answer)).toBe('ok');
    expect(headerOf(answer.headers, 'link')).toBeUndefined();
    const [, many] = await hostile(hint.repeat(200) + OK);
    expect(await codeOf(get(many))).toBe('upstream-framing');
  });

  it('an unasked 100 is skipped as other interim answers are, and so is any mix of them', async () => {
    const interim = [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 102 Processing\r\n\r\n',
      'HTTP/1.1 100 \r\nx-a: 1\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\ncontent-length: 5\r\n\r\n',
      'HTTP/1.1 199 Odd\r\n\r\n',
    ].join('');
    const [upstream, upstreams] = await hostile(interim + OK, { connections: 1 });
    for (let call = 0; call < 3; call++) {
      const { status, headers, body } = await get(upstreams, { method: call === 1 ? 'POST' : 'GET' });
      expect([status, headers, text({ status, headers, body })]).toEqual([200, ['content-length', '2'], 'ok']);
    }
    expect(upstream.sockets.length).toBe(1);
  });

  it('an endless row of 100 is not believed', async () => {
    const [, upstreams] = await hostile('HTTP/1.1 100 Continue\r\n\r\n'.repeat(17) + OK);
    expect(await codeOf(get(upstreams))).toBe('upstream-framing');
  });

  it('a 100 on an idle connection is given to no call', async () => {
    const [upstream, upstreams] = await hostile(OK);
    await get(upstreams);
    upstream.sockets[0]!.write('HTTP/1.1 100 Continue\r\n\r\n');
    await eventually(() => upstream.sockets[0]!.destroyed || upstream.sockets[0]!.readableEnded);
    expect(text(await get(upstreams))).toBe('ok');
    expect(upstream.sockets).toHaveLength(2);
  });

  it.each([
    ['with what it switches to', 'connection: upgrade\r\nupgrade: websocket\r\n'],
    ['without a field', ''],
    ['without Connection', 'upgrade: websocket\r\n'],
  ])('a 101 that nobody asked for is an error, %s', async (_, fields) => {
    const [, upstreams] = await hostile(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n${OK}`);
    expect(await codeOf(get(upstreams))).toBe('upstream-framing');
  });

  it.each([
    ['gzip, chunked', 'HTTP/1.1', 'transfer-encoding: gzip, chunked'],
    ['gzip and chunked in two fields', 'HTTP/1.1', 'transfer-encoding: gzip\r\ntransfer-encoding: chunked'],
    ['chunked twice', 'HTTP/1.1', 'transfer-encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['chunked twice in a list', 'HTTP/1.1', 'transfer-encoding: chunked, chunked'],
    ['chunked before gzip', 'HTTP/1.1', 'transfer-encoding: chunked, gzip'],
    ['gzip', 'HTTP/1.1', 'transfer-encoding: gzip'],
    ['an unknown coding', 'HTTP/1.1', 'transfer-encoding: bogus'],
    ['identity', 'HTTP/1.1', 'transfer-encoding: identity'],
    ['an empty coding', 'HTTP/1.1', 'transfer-encoding:'],
    ['an empty member', 'HTTP/1.1', 'transfer-encoding: ,chunked'],
    ['a parameter', 'HTTP/1.1', 'transfer-encoding: chunked;a=1'],
    ['a quoted coding', 'HTTP/1.1', 'transfer-encoding: "chunked"'],
    ['white space behind it', 'HTTP/1.1', 'transfer-encoding: chunked \t'],
    ['a longer word', 'HTTP/1.1', 'transfer-encoding: xchunked'],
    ['chunked from HTTP/1.0', 'HTTP/1.0', 'transfer-encoding: chunked'],
    ['gzip from HTTP/1.0', 'HTTP/1.0', 'transfer-encoding: gzip'],
  ])('Transfer-Encoding %s is refused and the connection dropped', async (_, version, fields) => {
    const [upstream, upstreams] = await hostile((socket) =>
      socket.end(`${version} 200 OK\r\nconnection: keep-alive\r\n${fields}\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
    );
    expect(await codeOf(get(upstreams))).toBe('upstream-framing');
    await eventually(() => upstream.sockets[0]!.readableEnded || upstream.sockets[0]!.destroyed);
  });

  it.each(['transfer-encoding: chunked', 'Transfer-Encoding:CHUNKED', 'TRANSFER-ENCODING: \t Chunked'])(
    '%j is undone and not passed on',
    async (field) => {
      const [, upstreams] = await hostile(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n2\r\nok\r\n0\r\n\r\n`);
      const answer = await get(upstreams);
      expect([text(answer), answer.headers]).toEqual(['ok', []]);
    },
  );

  it.each([
    ['CR in a value', 'HTTP/1.1 200 OK\r\nx-a: a\rb\r\ncontent-length: 2\r\n\r\nok'],
    ['LF in a value', 'HTTP/1.1 200 OK\r\nx-a: a\nb\r\ncontent-length: 2\r\n\r\nok'],
    ['NUL in a value', 'HTTP/1.1 200 OK\r\nx-a: a\0b\r\ncontent-length: 2\r\n\r\nok'],
    ['a folded value', 'HTTP/1.1 200 OK\r\nx-a: a\r\n b\r\ncontent-length: 2\r\n\r\nok'],
    ['status 099', 'HTTP/1.1 099 Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['status abc', 'HTTP/1.1 abc Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['status 999', 'HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['an HTTP/0.9 body', '<html>hello</html>\r\n\r\n'],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('case 26: %s is refused', async (_, bytes) => {
    const [, upstreams] = await hostile(bytes);
    expect(await codeOf(get(upstreams))).toBe('upstream-framing');
  });

  it.each([
    ['a header of 300 KB', `x-a: ${'a'.repeat(300_000)}\r\n`],
    ['20,000 headers', Array.from({ length: 20_000 }, (_, i) => `x-${i}: a\r\n`).join('')],
  ])('case 27: %s is refused in time', async (_, fields) => {
    const [, upstreams] = await hostile(`HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\nok`);
    expect(await codeOf(get(upstreams))).toBe('upstream-headers-too-large');
  });

  it('case 27: a head that never ends is cut at its limit or its timeout', async () => {
    const [, upstreams] = await hostile((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write(`x-a: ${'a'.repeat(100)}\r\n`), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await codeOf(get(upstreams))).toMatch(/^upstream-(timeout|headers-too-large)$/);
  });

  it('case 28: fields that concern the connection, and those it lists, are not passed on', async () => {
    const [, upstreams] = await hostile(
      'HTTP/1.1 200 OK\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nProxy-Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nX-Kept: 1\r\ncontent-length: 2\r\n\r\nok',
    );
    const { headers } = await get(upstreams);
    expect(headers).toEqual(['x-kept', '1', 'content-length', '2']);
  });

  it('case 29: a compressed answer passes as it is, nothing is inflated', async () => {
    const [, upstreams] = await hostile('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nok');
    const answer = await get(upstreams);
    expect(text(answer)).toBe('ok');
    expect(headerOf(answer.headers, 'content-encoding')).toBe('gzip');
  });

  it('case 30: no answer is a timeout, and the call is cancelled', async () => {
    const [upstream, upstreams] = await hostile(() => undefined);
    expect(await codeOf(get(upstreams))).toBe('upstream-timeout');
    await eventually(() => upstream.sockets[0]!.readableEnded || upstream.sockets[0]!.destroyed);
  });

  it('case 30: a body that stalls is cut at the body timeout', async () => {
    const [, held] = await hostile('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
    expect(await codeOf(get(held, { holdUpTo: 100 }))).toBe('upstream-body-timeout');
    expect(await drain(await get(held))).toBe('upstream-body-timeout');
    const [, streamed] = await hostile(`HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n${'x'.repeat(100_000)}`);
    expect(await drain(await get(streamed))).toBe('upstream-body-timeout');
  });

  it('case 31: a reset before the answer is told from a refused connection', async () => {
    const [, reset] = await hostile((socket) => socket.resetAndDestroy());
    expect(await codeOf(get(reset))).toBe('upstream-reset');
    const port = await freePort();
    const [, refused] = await hostile(OK, { url: `http://127.0.0.1:${port}` });
    expect(await codeOf(get(refused))).toBe('upstream-connect');
  });

  it('case 32: an early refusal arrives while the body is still being sent, and the pool stays clean', async () => {
    const [, upstreams] = await hostile((socket, request) => {
      if (request.toString().startsWith('GET')) socket.write(OK);
      else socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
    });
    const endless = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(1024)), 1);
      },
    });
    const answer = await get(upstreams, { method: 'POST', headers: ['content-length', '100000000'], body: endless });
    expect(answer.status).toBe(413);
    endless.destroy();
    expect(text(await get(upstreams))).toBe('ok');
  });

  it('case 33: a redirect to an internal address is not followed', async () => {
    const [upstream, upstreams] = await hostile(
      'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n',
    );
    expect((await get(upstreams)).status).toBe(302);
    expect(upstream.sockets).toHaveLength(1);
  });

  it('case 34: an endless body is stopped by back-pressure, or by the limit when it must be held', async () => {
    let sent = 0;
    const endless: RawAnswer = (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const pump = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536;
        socket.once('drain', () => setImmediate(pump));
      };
      pump();
    };
    const [, streamed] = await hostile(endless);
    const answer = await get(streamed);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = sent;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sent).toBe(before);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    (answer.body as Readable).destroy();
    const [, held] = await hostile(endless);
    expect(await codeOf(get(held, { holdUpTo: 1_000_000 }))).toBe('upstream-body-too-large');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
