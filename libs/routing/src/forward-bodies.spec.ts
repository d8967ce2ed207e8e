import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { eventually, httpRequest, parseResponses, rawRequest, reply, startRawUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { startApp } from '../test/start-app.ts';
import { type Pair, startPair } from '../test/start-pair.ts';

const KIB = 1024;

describe('the request body of a forwarding route', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair((request, response) => void response.end(request.body), {
      maxBodyBytes: 400 * KIB,
      timeout: 60_000,
    });
  });
  afterAll(() => pair?.close());

  it.each([0, 1, 100, 64 * KIB, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 300 * KIB])(
    'case 46: %d random bytes arrive and come back identical, with a length and chunked',
    async (size) => {
      const body = randomBytes(size);
      for (const sent of [
        body,
        Readable.from([body.subarray(0, 7), body.subarray(7)].filter(({ length }) => length > 0)),
      ]) {
        const answer = await httpRequest(`${pair.app.url}/api/echo`, { method: 'POST', body: sent });
        expect(answer.complete).toBe(true);
        expect(createHash('sha256').update(answer.body).digest('hex')).toBe(
          createHash('sha256').update(body).digest('hex'),
        );
      }
    },
  );

  it('of single bytes in chunks is read for one turn of the event loop at a time, however many of them come at once', async () => {
    const head = 'POST /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const request = Buffer.from(`${head}${'1\r\nx\r\n'.repeat(20_000)}0\r\n\r\n`);
    let turns = 0;
    const turn = (): void => void (turns++, (timer = setImmediate(turn)));
    let timer = setImmediate(turn);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rawRequest(pair.app.port, request, { timeout: 25_000 })),
    );
    clearImmediate(timer);
    for (const { bytes } of answers) {
      const [response] = parseResponses(bytes);
      expect([response?.status, response?.body.length]).toEqual([200, 20_000]);
    }
    // 160,000 pieces, of which 2,000 are read in a turn.
    expect(turns).toBeGreaterThan(60);
  }, 30_000);

  it('of single bytes in chunks reaches the upstream whole and in few pieces', async () => {
    const upstream = await startRawUpstream((socket) => {
      socket.on('data', () => {
        if (upstream.received[0]!.subarray(-5).toString() !== '0\r\n\r\n') return;
        socket.write('HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const drops = defineUpstream('drops', { url: upstream.url });
    const app = await startApp(
      [drops],
      [
        {
          methods: ['POST'],
          path: '/drops',
          upstream: drops,
          to: '/',
          auth: 'public',
          timeout: 10_000,
          maxBodyBytes: KIB * 1000,
        },
      ],
    );
    const head = 'POST /drops HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { bytes } = await rawRequest(app.port, `${head}${'1\r\nx\r\n'.repeat(100_000)}0\r\n\r\n`, {
      timeout: 10_000,
    });
    await app.close();
    await upstream.close();
    expect(parseResponses(bytes)[0]?.status).toBe(201);
    const sent = upstream.received[0]!.toString('latin1');
    expect(sent.match(/x/g)!.length - sent.slice(0, sent.indexOf('\r\n\r\n')).split('x').length + 1).toBe(100_000);
    expect(sent.split('\r\n').length).toBeLessThan(2_000);
  });

  it('case 46: a body that comes in slices of one byte arrives whole', async () => {
    const text =
      'POST /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20\r\n\r\n01234567890123456789';
    const { bytes } = await rawRequest(
      pair.app.port,
      [...text].flatMap((byte) => [byte, 1]),
    );
    expect(parseResponses(bytes)[0]?.body.toString()).toBe('01234567890123456789');
  });

  it('keeps the length when there is one and sends chunks when there is none', async () => {
    await httpRequest(`${pair.app.url}/api/echo`, { method: 'PUT', body: 'abc' });
    expect(pair.upstream.requests.at(-1)?.headers).toMatchObject({ 'content-length': '3' });
    await httpRequest(`${pair.app.url}/api/echo`, { method: 'PUT', body: Readable.from([Buffer.from('abc')]) });
    expect(pair.upstream.requests.at(-1)?.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
  });

  it('case 45: JSON passes with its bytes, broken JSON too', async () => {
    for (const body of ['{"a" : 9007199254740993, "a":1e400}', '{"a":', '\ufeff{}', '{"__proto__":1}']) {
      const headers = { 'content-type': 'application/json' };
      const answer = await httpRequest(`${pair.app.url}/api/echo`, { method: 'POST', headers, body });
      expect(answer.text).toBe(body);
    }
  });

  it.each(['Content-Length: 9', 'Host: evil', 'Authorization: Bearer x', 'Transfer-Encoding: gzip', 'X-User-Id: 1'])(
    'case 13: the trailer %s never reaches the upstream',
    async (trailer) => {
      const before = pair.upstream.requests.length;
      const head = 'POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-User-Id\r\n\r\n';
      const { bytes } = await rawRequest(pair.app.port, `${head}3\r\nabc\r\n0\r\n${trailer}\r\n\r\n`, { responses: 1 });
      const [answer] = parseResponses(bytes);
      if (answer?.status !== 200) expect(answer?.status).toBe(400);
      for (const request of pair.upstream.requests.slice(before)) {
        expect(request.rawTrailers).toEqual([]);
        expect(request.headers).not.toHaveProperty('trailer');
        expect(request.rawHeaders.join()).not.toMatch(/evil|Bearer|gzip|x-user-id/i);
      }
    },
  );

  it('refuses a length beyond the limit before it calls the upstream', async () => {
    const before = pair.upstream.requests.length;
    const head = `POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${400 * KIB + 1}\r\n\r\n`;
    const { bytes } = await rawRequest(pair.app.port, head, { responses: 1 });
    expect(parseResponses(bytes)[0]).toMatchObject({ status: 413 });
    expect(pair.upstream.requests).toHaveLength(before);
  });

  it('does not cut off a client that goes on sending far more than is taken', async () => {
    const body = Array.from({ length: 40 }, () => [Buffer.alloc(100_000, 'a'), 1]).flat();
    const chunked = ['Transfer-Encoding: chunked\r\n\r\n3d0900\r\n', ...body, '\r\n0\r\n\r\n'];
    for (const message of [['Content-Length: 4000000\r\n\r\n', ...body], chunked]) {
      const next = 'GET /api/next HTTP/1.1\r\nHost: a\r\n\r\n';
      const steps = ['POST /api/echo HTTP/1.1\r\nHost: a\r\n', ...message, next];
      const { bytes } = await rawRequest(pair.app.port, steps, { responses: 2, timeout: 3000 });
      expect(parseResponses(bytes).map(({ status }) => status)).toEqual([413, 200]);
    }
  });

  it('cuts the call when chunks go beyond the limit', async () => {
    const before = pair.upstream.requests.length;
    const answer = await httpRequest(`${pair.app.url}/api/echo`, { method: 'POST', body: Readable.from(pieces(500)) });
    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({ code: 'body-too-large' });
    await eventually(() => pair.upstream.requests[before]?.aborted === true);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('case 14: a request hidden in the body of %s is not answered', async (method) => {
    const hidden = 'DELETE /api/hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    const request = `${method} /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`;
    const { bytes } = await rawRequest(pair.app.port, request, { timeout: 200 });
    expect(parseResponses(bytes, [method])).toHaveLength(1);
    expect(pair.upstream.requests.at(-1)).toMatchObject({ method, url: '/x' });
    expect(pair.upstream.requests.at(-1)?.body).toHaveLength(0);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'])(
    'the body of %s and what describes it go on together, or not at all',
    async (method) => {
      const described = [
        'content-type',
        'content-encoding',
        'content-language',
        'content-disposition',
        'content-digest',
      ];
      const lines = described.map((name) => `${name.toUpperCase()}: x=:AA==:\r\n`).join('');
      const head = `${method} /api/x HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n${lines}Content-Length: 3\r\n\r\n`;
      const { bytes } = await rawRequest(pair.app.port, `${head}abc`, { responses: 1, timeout: 500 });
      expect(parseResponses(bytes, [method])).toHaveLength(1);
      const { headers, body } = pair.upstream.requests.at(-1)!;
      const seen = described.filter((name) => name in headers);
      const goesOn = method === 'POST' || method === 'DELETE';
      expect([body.toString(), seen, headers['accept']]).toEqual(goesOn ? ['abc', described, '*/*'] : ['', [], '*/*']);
      expect(headers['transfer-encoding']).toBeUndefined();
    },
  );

  it('fields of older digests stay with the body too, where a row lets them pass', async () => {
    const allow = ['Digest', 'Repr-Digest', 'Content-MD5', 'Content-Location'];
    const one = await startPair({}, { headers: { request: { allow } } });
    const described = Object.fromEntries(allow.map((name) => [name.toLowerCase(), 'x']));
    for (const method of ['GET', 'PUT']) await httpRequest(`${one.app.url}/api/x`, { method, headers: described });
    const [get, put] = one.upstream.requests;
    expect(Object.keys(get!.headers).filter((name) => name in described)).toEqual([]);
    expect(put!.headers).toMatchObject(described);
    await one.close();
  });

  it('cancels the call when the client leaves during its upload', async () => {
    const before = pair.upstream.requests.length;
    const head = 'POST /api/left HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\nabc';
    await rawRequest(pair.app.port, head, { timeout: 50 });
    await eventually(() => pair.upstream.requests[before]?.aborted === true);
  });

  it('case 93: a small upload holds no connection to the upstream before all of it is there', async () => {
    const before = pair.upstream.requests.length;
    const head = 'POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc';
    const left = rawRequest(pair.app.port, head, { timeout: 50 });
    const whole = rawRequest(pair.app.port, [head, 100, 'def'], { responses: 1 });
    await left;
    expect(pair.upstream.requests).toHaveLength(before);
    expect(parseResponses((await whole).bytes)[0]).toMatchObject({ status: 200 });
    expect(pair.upstream.requests).toHaveLength(before + 1);
    expect(pair.upstream.requests.at(-1)?.body.toString()).toBe('abcdef');
  });

  it('a small upload is tried on another instance when the first cannot be reached', async () => {
    const shop = defineUpstream('shop', {
      url: `http://127.0.0.1:1,${pair.upstream.url}`,
      balance: { by: 'roundRobin' },
      retry: { budgetFloor: 20 },
    });
    const row = { methods: ['POST'], path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout: 2000 } as const;
    const app = await startApp([shop], [row]);
    for (let round = 0; round < 4; round++) {
      const answer = await httpRequest(`${app.url}/api/echo`, { method: 'POST', body: 'abc' });
      expect([answer.status, answer.text]).toEqual([200, 'abc']);
    }
    await app.close();
  });
});

describe('a route without request bodies', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(reply({ body: 'ok' }), { maxBodyBytes: 0 });
  });
  afterAll(() => pair?.close());

  it('throws large bodies away to their ends, goes on with the connections, and leaves no timer to cut them', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const size = 2 * KIB * KIB;
    const body = `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`;
    const refused = `POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
    // It is read once the body before it is.
    const next = 'GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n';
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rawRequest(pair.app.port, [refused, next], { responses: 2 })),
    );
    for (const { bytes } of answers) expect(parseResponses(bytes).map(({ status }) => status)).toEqual([413, 200]);
    // Connections to the upstream may have gained or lost one of theirs.
    expect(timers() - before).toBeLessThan(4);
  });

  it('takes requests with an empty body only', async () => {
    expect((await httpRequest(`${pair.app.url}/api/x`, { method: 'POST' })).status).toBe(200);
    expect((await httpRequest(`${pair.app.url}/api/x`, { method: 'POST', body: 'a' })).status).toBe(413);
    expect(
      (await httpRequest(`${pair.app.url}/api/x`, { method: 'POST', body: Readable.from(pieces(1)) })).status,
    ).toBe(413);
  });
});

describe('an upload that does not end before the deadline', () => {
  let pair: Pair;
  beforeAll(async () => {
    const row = { timeout: 400, maxBodyBytes: 64 * KIB * KIB };
    pair = await startPair(() => undefined, row, { early: true });
  });
  afterAll(() => pair?.close());

  async function statusOf(length: number, sent: number): Promise<number | undefined> {
    const head = `POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
    const { bytes } = await rawRequest(pair.app.port, [head, 'a'.repeat(sent)], { responses: 1, timeout: 3000 });
    return parseResponses(bytes)[0]?.status;
  }

  it("is the client's fault when it is the client that stalls, and 408", async () => {
    expect(await statusOf(100, 4)).toBe(408);
  });

  it("is the upstream's fault when that takes no more, or does not answer, and 504", async () => {
    expect(await statusOf(100, 100)).toBe(504);
    expect(await statusOf(40_000_000, 39_000_000)).toBe(504);
  });
});

describe('case 32: an upstream that answers while the client still uploads', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(
      (request, response) => {
        if (request.url === '/small') response.end('fine');
        else if (request.url === '/kept') response.writeHead(413).end('too much');
        else response.writeHead(413, { connection: 'close' }).end('too much');
      },
      { maxBodyBytes: 64 * KIB * KIB },
      { early: true },
    );
  });
  afterAll(() => pair?.close());

  it('reaches the client, and the next request is answered as usual', async () => {
    for (let round = 0; round < 5; round++) {
      const head = 'POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 800000\r\n\r\n';
      const upload = Array.from({ length: 8 }, () => [Buffer.alloc(50_000, 'a'), 10]).flat();
      const { bytes } = await rawRequest(pair.app.port, [head, ...upload], { responses: 1 });
      expect(parseResponses(bytes)[0]).toMatchObject({ status: 413, complete: true });
      const next = await httpRequest(`${pair.app.url}/api/small`);
      expect(next).toMatchObject({ status: 200, text: 'fine' });
    }
  });

  it('reaches a client with much more to send', async () => {
    const body = Buffer.alloc(16 * KIB * KIB);
    for (let round = 0; round < 5; round++) {
      const answer = await httpRequest(`${pair.app.url}/api/kept`, { method: 'POST', body });
      expect(answer).toMatchObject({ status: 413, text: 'too much', complete: true });
    }
  });
});

/** So many pieces of 1 KiB. */
function* pieces(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(KIB, 'a');
}
