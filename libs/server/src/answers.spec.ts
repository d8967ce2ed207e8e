import { httpRequest } from '@portico/testing';
import { type Demo, request, send, startDemo } from '../test/demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ CORS_ORIGINS: 'https://good.example,https://other.example:8443' });
});
afterAll(() => demo.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  httpRequest(`${demo.url}${path}`, { method, headers });

describe('problem answers', () => {
  it('case 103: an unforeseen error says nothing of itself', async () => {
    const { status, headers, text } = await get('/demo/throw/error');
    expect(status).toBe(500);
    expect(headers['content-type']).toBe('application/problem+json');
    for (const secret of ['10.1.2.3', 'hunter2', 'ECONNREFUSED', '.ts:', ' at ', 'node_modules']) {
      expect(text).not.toContain(secret);
    }
    expect(JSON.parse(text)).toMatchObject({ type: 'urn:portico:problem:internal', code: 'internal', status: 500 });
  });

  it('case 103: a BffError says its code, part and detail, the trace and the request, and never the upstream', async () => {
    const { status, headers, text } = await get('/demo/throw/bff', {
      'x-request-id': 'r-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(status).toBe(504);
    expect(headers).toMatchObject({ 'x-request-id': 'r-1', 'cache-control': 'no-store' });
    expect(JSON.parse(text)).toEqual({
      type: 'urn:portico:problem:upstream-timeout',
      title: 'A service did not answer in time',
      status: 504,
      detail: 'stock is late',
      instance: 'urn:portico:request:r-1',
      code: 'upstream-timeout',
      part: 'stock',
      requestId: 'r-1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
  });

  it.each(['/nope', '/demo/%zz', '/..%2f', `/demo/slow/${'a'.repeat(500)}/x`, '//', '/demo/inspect/', '/DEMO/inspect'])(
    'case 103: what the router does not find or read (%s) is a problem too',
    async (path) => {
      const { statuses, bodies } = await send(demo.port, request(`GET ${path} HTTP/1.1`), { responses: 1 });
      expect([400, 404]).toContain(statuses[0]);
      expect(JSON.parse(bodies[0]!)).toMatchObject({
        code: expect.stringMatching(/route-not-found|request-malformed/),
      });
    },
  );

  it('answers HEAD without a body, and keeps a connection whose small body was not read', async () => {
    const bytes = request('HEAD /nope HTTP/1.1') + request('POST /nope HTTP/1.1', ['Content-Length: 3'], 'abc');
    const { text, closed } = await send(demo.port, bytes + request('GET /demo/slow/1 HTTP/1.1'));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    expect(closed).toBe(false);
  });

  it('reaches a client that is still sending a body nobody wants', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024);
    const answers = Array.from({ length: 10 }, () => httpRequest(`${demo.url}/nope`, { method: 'POST', body }));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(10).fill(404));
  });

  it('closes the connection rather than read a large body that nobody wants', async () => {
    const bytes = request('POST /nope HTTP/1.1', ['Content-Length: 1000000'], 'abc');
    expect(await send(demo.port, bytes, { timeout: 3000 })).toMatchObject({ statuses: [404], closed: true });
  });
});

describe('every answer', () => {
  it.each(['/demo/inspect', '/demo/slow/1', '/nope', '/demo/throw/error', '/health/live'])(
    'of %s carries the request id and the security fields once',
    async (path) => {
      const { rawHeaders } = await get(path);
      const names = rawHeaders.filter((_value, index) => index % 2 === 0).map((name) => name.toLowerCase());
      const expected = [
        'x-request-id',
        'x-content-type-options',
        'content-security-policy',
        'cross-origin-resource-policy',
      ];
      for (const name of expected) {
        expect(names.filter((each) => each === name)).toEqual([name]);
      }
      expect(names).not.toContain('server');
      expect(names).not.toContain('x-powered-by');
    },
  );

  it.each([
    'a'.repeat(10_240),
    '<script>',
    'a b',
    'a\rb',
    'a\nb',
    'a\r\n b',
    '\x1b[31mred',
    'a\tb',
    'ä',
    '"',
    'a,b',
    '',
  ])('the request id %j is replaced', async (id) => {
    const bytes = request('GET /demo/inspect HTTP/1.1', [`X-Request-Id: ${id}`]);
    const { text } = await send(demo.port, bytes, { responses: 1 });
    // The parser refuses control characters before anything has an id.
    if (text.startsWith('HTTP/1.1 400')) expect(text).not.toContain('x-request-id');
    else expect(text).toMatch(/x-request-id: [0-9a-f]{16}\r\n/);
  });

  it('case 101: a request id that is harmless is kept, two of them are not', async () => {
    expect((await get('/nope', { 'x-request-id': 'Web_1.2-3' })).headers['x-request-id']).toBe('Web_1.2-3');
    const { text } = await send(demo.port, request('GET /nope HTTP/1.1', ['X-Request-Id: a', 'X-Request-Id: b']), {
      responses: 1,
    });
    expect(text).toMatch(/x-request-id: [0-9a-f]{16}\r\n/);
  });
});

describe('CORS', () => {
  it.each([
    'null',
    'https://good.example.evil',
    'https://evilgood.example',
    'http://good.example',
    'https://good.example:8443',
    'https://good.example/',
    'https://GOOD.example',
    'https://good.example, https://evil.example',
    '*',
  ])('case 52: the origin %j is not approved', async (origin) => {
    const { status, headers } = await get('/demo/slow/1', { origin });
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(headers.vary).toBe('Origin');
    const preflight = await get('/demo/slow/1', { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');
    expect(preflight.status).toBe(403);
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
    expect(preflight.headers.vary).toBe('Origin');
  });

  it('case 52: a listed origin is named exactly, never *, on successes and problems', async () => {
    for (const path of ['/demo/slow/1', '/demo/inspect', '/nope']) {
      const { headers } = await get(path, { origin: 'https://good.example' });
      expect(headers).toMatchObject({
        'access-control-allow-origin': 'https://good.example',
        'access-control-allow-credentials': 'true',
        vary: 'Origin',
      });
    }
  });

  it('case 52: Vary: Origin stands on answers to requests without an origin too', async () => {
    expect((await get('/demo/slow/1')).headers.vary).toBe('Origin');
  });

  it('answers the preflight of a listed origin itself', async () => {
    const fields = { origin: 'https://good.example', 'access-control-request-method': 'DELETE' };
    const { status, headers, body } = await get('/demo/inspect', fields, 'OPTIONS');
    expect({ status, length: body.length }).toEqual({ status: 204, length: 0 });
    expect(headers['access-control-allow-methods']).toContain('DELETE');
    expect(headers['access-control-allow-headers']).toContain('content-type');
    expect(JSON.stringify(headers)).not.toContain('*');
  });

  it('case 52: without CORS_ORIGINS nothing is said of origins at all', async () => {
    const quiet = await startDemo();
    const { headers } = await httpRequest(`${quiet.url}/demo/slow/1`, { headers: { origin: 'https://good.example' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([]);
    await quiet.close();
  });
});
