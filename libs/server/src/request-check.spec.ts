import fc from 'fast-check';
import { type Demo, request, send, startDemo } from '../test/demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.close());

const POST = 'POST /demo/inspect HTTP/1.1';
const GET = 'GET /demo/inspect HTTP/1.1';
const NEXT = request('GET /demo/inspect?next HTTP/1.1');

/** Everything is refused with one of the statuses, once, and the connection closed; a following request is not served. */
async function expectRefused(bytes: string, ...statuses: number[]): Promise<void> {
  const outcome = await send(demo.port, bytes);
  expect({ bytes: bytes.slice(0, 200), statuses: outcome.statuses, closed: outcome.closed }).toEqual({
    bytes: bytes.slice(0, 200),
    statuses: [expect.any(Number)],
    closed: true,
  });
  expect(statuses).toContain(outcome.statuses[0]);
  expect(outcome.text).toContain('application/problem+json');
  expect(JSON.parse(outcome.bodies[0]!)).toMatchObject({ status: outcome.statuses[0], code: expect.any(String) });
}

async function expectServed(bytes: string, body?: string): Promise<void> {
  const outcome = await send(demo.port, bytes, { responses: 1 });
  expect({ bytes, statuses: outcome.statuses }).toEqual({ bytes, statuses: [200] });
  if (body !== undefined) expect(JSON.parse(outcome.bodies[0]!)).toMatchObject({ body });
}

const chunked = (body: string): string => request(POST, ['Transfer-Encoding: chunked'], body);

describe('framing', () => {
  it('case 1: Content-Length together with Transfer-Encoding is refused, in both orders', async () => {
    const fields = ['Content-Length: 4', 'Transfer-Encoding: chunked'];
    await expectRefused(request(POST, fields, '0\r\n\r\n') + NEXT, 400);
    await expectRefused(request(POST, fields.toReversed(), '0\r\n\r\n') + NEXT, 400);
  });

  it('case 2: two Content-Lengths are refused, equal or not, in any case; one is fine', async () => {
    await expectRefused(request(POST, ['Content-Length: 3', 'Content-Length: 3'], 'abc') + NEXT, 400);
    await expectRefused(request(POST, ['Content-Length: 3', 'content-length: 5'], 'abc') + NEXT, 400);
    await expectServed(request(POST, ['Content-Length: 3'], 'abc'), 'abc');
  });

  it.each(['+5', '-5', '0x5', '5_', '', '12345678901234567890', '99999999999999999999', '\xa05', '5,5', '5 5', '5.0'])(
    'case 3: Content-Length %j is refused',
    (value) => expectRefused(request(POST, [`Content-Length: ${value}`], 'abcde') + NEXT, 400),
  );

  it.each(['0x5', '+5', ' 5', '5 ', '5_', '', '5\t', '-5', '11111111111111111'])(
    'case 4: chunk size %j is refused',
    (size) => expectRefused(chunked(`${size}\r\nabcde\r\n0\r\n\r\n`) + NEXT, 400),
  );

  it('case 4: valid chunks arrive whole, sizes in either case and with leading zeros too', async () => {
    await expectServed(chunked('5\r\nabcde\r\n0\r\n\r\n'), 'abcde');
    await expectServed(chunked('0A\r\nabcdefghij\r\n0a\r\nabcdefghij\r\n0\r\n\r\n'), 'abcdefghijabcdefghij');
  });

  it('case 4: chunk data longer or shorter than its size is refused', async () => {
    await expectRefused(chunked('5\r\nabcdefg\r\n0\r\n\r\n') + NEXT, 400);
    await expectRefused(chunked('5\r\nabcde\n0\r\n\r\n') + NEXT, 400);
  });

  it.each([';a\nb', ';a\rb', ';a\0b', ';@=', ';', ' ;a', ';a="\x01"', ';a b', ';a=\x80', ';a\x7f', ';a=b\n'])(
    'case 5: chunk extension %j is refused',
    (extension) => expectRefused(chunked(`5${extension}\r\nabcde\r\n0\r\n\r\n`) + NEXT, 400),
  );

  it('case 5: a valid chunk extension is ignored', () =>
    expectServed(chunked('5;a=b;c="d"\r\nabcde\r\n0\r\n\r\n'), 'abcde'));

  it.each([
    'xchunked',
    'identity',
    'gzip, chunked',
    'chunked, identity',
    ',chunked',
    'chunked,',
    '"chunked"',
    '\x0bchunked',
    'chunked\x0c',
    '\0chunked',
    '\x80chunked',
    '',
    'chunked, chunked',
    'chunked;a=b',
  ])('case 6: Transfer-Encoding %j is refused', (coding) =>
    expectRefused(request(POST, [`Transfer-Encoding: ${coding}`], '5\r\nabcde\r\n0\r\n\r\n') + NEXT, 400, 501),
  );

  it('case 6: a doubled Transfer-Encoding is refused; chunked in any case is understood', async () => {
    const twice = ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'];
    await expectRefused(request(POST, twice, '5\r\nabcde\r\n0\r\n\r\n') + NEXT, 400);
    await expectServed(request(POST, ['Transfer-Encoding: CHUNKED'], '5\r\nabcde\r\n0\r\n\r\n'), 'abcde');
  });

  it('case 7: Transfer-Encoding on HTTP/1.0 is refused', () =>
    expectRefused(
      request('POST /demo/inspect HTTP/1.0', ['Transfer-Encoding: chunked'], '5\r\nabcde\r\n0\r\n\r\n') + NEXT,
      400,
    ));

  it('case 13: trailers cannot change the request or the next one', async () => {
    const body = (trailer: string): string => chunked(`5\r\nabcde\r\n0\r\n${trailer}\r\n\r\n`);
    await expectRefused(body('Content-Length: 9') + NEXT, 400);
    for (const trailer of ['Host: evil', 'Authorization: Bearer x', 'X-Request-Id: trailer']) {
      const { statuses, bodies } = await send(demo.port, body(trailer) + NEXT, { responses: 2 });
      expect(statuses).toEqual([200, 200]);
      expect(JSON.parse(bodies[0]!)).toMatchObject({ body: 'abcde', host: 'demo' });
    }
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])(
    'case 14: a request inside the body of %s is not a second request',
    async (method) => {
      const inner = 'DELETE /demo/inspect?smuggled HTTP/1.1\r\nHost: demo\r\n\r\n';
      const head = request(`${method} /demo/inspect HTTP/1.1`, [`Content-Length: ${inner.length}`]);
      const last = request('GET /demo/inspect?last HTTP/1.1', ['Connection: close']);
      const { text, closed } = await send(demo.port, head + inner + last);
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
      expect(text).not.toContain('"DELETE"');
      expect(text).toContain('?last');
      expect(closed).toBe(true);
    },
  );

  it('case 16: Connection cannot name away the fields that frame a message', async () => {
    const fields = ['Connection: content-length, transfer-encoding, host', 'Content-Length: 3'];
    const { bodies } = await send(demo.port, request(POST, fields, 'abc') + NEXT, { responses: 2 });
    expect(bodies.map((body) => JSON.parse(body) as object)).toMatchObject([
      { body: 'abc', host: 'demo' },
      { url: '/demo/inspect?next' },
    ]);
  });

  it('case 20: a valid request before a malformed one is answered first, then 400 and close', async () => {
    const slow = request('GET /demo/slow/150 HTTP/1.1');
    const outcome = await send(demo.port, `${slow}BROKEN\r\n\r\n`, { timeout: 3000 });
    expect(outcome.statuses).toEqual([200, 400]);
    expect(outcome.bodies[0]).toBe('{"slow":"150"}');
    expect(outcome.closed).toBe(true);
  });

  it('case 20: a body that turns out malformed waits its turn behind the answer before it', async () => {
    const outcome = await send(demo.port, request('GET /demo/slow/150 HTTP/1.1') + chunked('zz\r\n'), {
      timeout: 3000,
    });
    expect(outcome).toMatchObject({ statuses: [200, 400], closed: true });
  });

  it('whatever the bytes, the server answers with valid HTTP, closes or waits, and lives', async () => {
    const token = fc.constantFrom(
      'GET',
      ' ',
      '/',
      'HTTP/1.1',
      '\r\n',
      ':',
      'Host',
      'a',
      '\n',
      '\0',
      '5',
      'chunked',
      '\xff',
    );
    const garbage = fc.array(fc.oneof(token, fc.string({ unit: 'binary-ascii', maxLength: 8 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(garbage, async (pieces) => {
        const { statuses } = await send(demo.port, pieces.join(''), { timeout: 20 });
        for (const status of statuses) expect([200, 400, 404, 405, 414, 431, 501, 505]).toContain(status);
      }),
      { numRuns: 60 },
    );
    await expectServed(NEXT);
  });
});

describe('request line and header', () => {
  const withHost = (...hosts: string[]): string =>
    ['GET /demo/inspect HTTP/1.1', ...hosts.map((host) => `Host: ${host}`), '', ''].join('\r\n');

  it.each([
    '',
    'a, b',
    'user@demo',
    'demo/path',
    'demo:99999',
    'demo:',
    'demo:8x',
    'd\xe9mo',
    'a b',
    '[::1',
    '-a',
    'a?b',
    '[::1]x',
  ])('case 8: Host %j is refused', (host) => expectRefused(withHost(host), 400));

  it('case 8: no Host and two Hosts are refused, even equal ones', async () => {
    await expectRefused(withHost(), 400);
    await expectRefused(withHost('demo', 'demo'), 400);
    await expectRefused('GET /demo/inspect HTTP/1.1\r\nHost: demo\r\nhOST: evil\r\n\r\n', 400);
  });

  it.each(['demo', 'demo.example:8080', '127.0.0.1:65535', '[::1]:3000', 'my_service'])(
    'case 8: Host %j is accepted',
    (host) => expectServed(withHost(host)),
  );

  it.each([
    'GET /x',
    'GET /x HTTP/0.9',
    'GET /x HTTP/2.0',
    'GET /x HTTP/1.2',
    'GET /x HTTP/1',
    'GET /x http/1.1',
    'PRI * HTTP/2.0',
  ])('case 9: the request line %j is refused', (line) => expectRefused(request(line), 400, 505));

  it.each([
    'GET *',
    'CONNECT demo:443',
    'TRACE /demo/inspect',
    'TRACK /demo/inspect',
    'get /demo/inspect',
    'PROPFIND /',
    'FOO /',
  ])('case 10: %s is refused', (start) => expectRefused(request(`${start} HTTP/1.1`), 400, 405, 501));

  it('case 10: a method that is not served is answered with Allow', async () => {
    const { text } = await send(demo.port, request('TRACE /demo/inspect HTTP/1.1'));
    expect(text).toMatch(/\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/i);
  });

  it.each([
    'http://evil/demo/inspect',
    'http://demo@evil/',
    'http://demo:81/',
    'ftp://demo/',
    'http:///demo',
    'HTTP://evil',
  ])('case 11: the absolute target %s is refused', (target) => expectRefused(request(`GET ${target} HTTP/1.1`), 400));

  it('case 11: an absolute target on the own host is the path it names', async () => {
    const { bodies } = await send(demo.port, request('GET http://DEMO/demo/inspect?a=1 HTTP/1.1'), { responses: 1 });
    expect(JSON.parse(bodies[0]!)).toMatchObject({ url: '/demo/inspect?a=1' });
  });

  it.each([
    'A: b\r\n c',
    'A : b',
    'A',
    ': x',
    'A: b\rc',
    'A: b\0c',
    'A: b\nB: c',
    'A\x80: x',
    'A: \x01',
    ' A: b',
    'A(: b',
  ])('case 12: the header line %j is refused', (line) => expectRefused(request(GET, [line]), 400));

  it('case 15: 100-continue is answered before the body comes, and the body arrives', async () => {
    const head = request(POST, ['Expect: 100-continue', 'Content-Length: 3']);
    const { text, statuses } = await send(demo.port, [head, 50, 'abc'], { responses: 1 });
    expect(text.startsWith('HTTP/1.1 100 Continue\r\n\r\n')).toBe(true);
    expect(statuses.at(-1)).toBe(200);
    expect(text).toContain('"body":"abc"');
  });

  it.each(['x', '100-continue, x', '200-ok'])('case 15: Expect %j gives 417', (expectation) =>
    expectRefused(request(POST, [`Expect: ${expectation}`, 'Content-Length: 3'], 'abc'), 417),
  );

  it('case 15: a refused request gets no 100', async () => {
    const head = request('POST http://evil/ HTTP/1.1', ['Expect: 100-continue', 'Content-Length: 3']);
    expect((await send(demo.port, head)).statuses).toEqual([400]);
  });

  it.each(['h2c', 'websocket'])('case 17: Upgrade: %s on an ordinary route is ignored', async (protocol) => {
    const fields = [`Upgrade: ${protocol}`, 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQ'];
    const { statuses, closed } = await send(demo.port, request(GET, fields));
    expect({ statuses, closed }).toEqual({ statuses: [200], closed: true });
    const withBody = request(POST, [...fields, 'Content-Length: 3'], 'abc');
    await expectServed(withBody, 'abc');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'case 18: a header named %s harms nothing',
    async (name) => {
      await expectServed(request(GET, [`${name}: x`, `${name}: y`]));
      expect(({} as Record<string, unknown>).x).toBeUndefined();
      await expectServed(NEXT);
    },
  );

  it('case 19: what is too long is refused', async () => {
    const long = 'a'.repeat(100_000);
    await expectRefused(request(`GET /${'a'.repeat(9_000)} HTTP/1.1`), 414);
    await expectRefused(request(`GET /${long} HTTP/1.1`), 414, 431);
    await expectRefused(request(GET, [`X-Long: ${long}`]), 431);
    await expectRefused(request(GET, [`Cookie: __Host-web-bff=${'A'.repeat(20_000)}`]), 431);
    await expectRefused(request(`${long} / HTTP/1.1`), 400, 431, 501);
    await expectRefused(
      request(
        GET,
        Array.from({ length: 10_000 }, (_value, index) => `x-${index}: 1`),
      ),
      431,
    );
    await expectRefused(
      request(
        GET,
        Array.from({ length: 100 }, (_value, index) => `x-${index}: 1`),
      ),
      431,
    );
    await expectRefused(chunked(`5;${'a'.repeat(65_536)}\r\nabcde\r\n0\r\n\r\n`), 400, 413);
    await expectServed(
      request(
        GET,
        Array.from({ length: 99 }, (_value, index) => `x-${index}: 1`),
      ),
    );
    await expectServed(request(`GET /demo/inspect?${'a'.repeat(8_000)} HTTP/1.1`));
  });

  it('case 19: memory stays flat under oversized requests', async () => {
    const flood = request(GET, [`X-Long: ${'a'.repeat(100_000)}`]);
    const round = () => Promise.all(Array.from({ length: 50 }, () => send(demo.port, flood)));
    await round();
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 4; count++) await round();
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});

it.each(['/demo/%zz', '/demo/slow/%', '/demo/inspect%2', '/demo/slow/%e0%a4', '/demo/slow/%c0%af', '/nothing/%zz'])(
  'refuses a path that cannot be decoded, whatever routes there are: %s',
  async (path) => {
    const demo = await startDemo();
    const { statuses, bodies } = await send(demo.port, request(`GET ${path} HTTP/1.1`), { responses: 1 });
    expect(statuses).toEqual([400]);
    expect(JSON.parse(bodies[0]!)).toMatchObject({ code: 'request-malformed' });
    await demo.close();
  },
);

describe('the bounds of a request', () => {
  let bounded: Demo;
  beforeAll(async () => {
    bounded = await startDemo({ MAX_URL_LENGTH: '256', MAX_HEADER_COUNT: '10' });
  });
  afterAll(() => bounded.close());

  it.each([
    [256, 200],
    [257, 414],
  ])('a target of %i characters is answered with %i', async (length, status) => {
    const target = '/demo/inspect?'.padEnd(length, 'a');
    expect((await send(bounded.port, request(`GET ${target} HTTP/1.1`), { responses: 1 })).statuses).toEqual([status]);
  });

  it.each([
    [10, 200],
    [11, 431],
  ])('%i header fields are answered with %i', async (count, status) => {
    // `Host` is one of them.
    const fields = Array.from({ length: count - 1 }, (_, index) => `x-${index}: 1`);
    expect((await send(bounded.port, request(GET, fields), { responses: 1 })).statuses).toEqual([status]);
  });

  it('hold together: the longest target with the most fields is served', async () => {
    const fields = Array.from({ length: 9 }, (_, index) => `x-${index}: 1`);
    const target = '/demo/inspect?'.padEnd(256, 'a');
    const { statuses } = await send(bounded.port, request(`GET ${target} HTTP/1.1`, fields), { responses: 1 });
    expect(statuses).toEqual([200]);
  });
});
