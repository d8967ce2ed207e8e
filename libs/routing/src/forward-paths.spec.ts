import { rawRequest, parseResponses, reply } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';

describe('the path of a forwarding route', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(reply({ body: 'ok' }), { path: '/api/*', to: '/public/*' }, { basePath: '/base' });
  });
  afterAll(() => pair?.close());

  async function ask(target: string): Promise<number | undefined> {
    const { bytes } = await rawRequest(pair.app.port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    return parseResponses(bytes)[0]?.status;
  }

  it.each([
    'a%2Fb',
    'a%20b',
    'a+b',
    'a;p=1',
    'x?a=1&a=2',
    '~',
    '%7E',
    'x?',
    '%C3%A9',
    '100%25',
    'a/b//c',
    '@evil',
    'x?q=%2e%2e/',
  ])('case 41: %s reaches the upstream byte for byte', async (rest) => {
    expect(await ask(`/api/${rest}`)).toBe(200);
    expect(pair.upstream.requests.at(-1)?.url).toBe(`/base/public/${rest}`);
  });

  it.each([
    ...[
      '/api/../admin',
      '/api/%2e%2e/admin',
      '/api/..%2fadmin',
      '/api/..%5cadmin',
      '/api/..;/admin',
      '/api/%252e%252e/a',
    ],
    ...[
      '/api/%c0%ae%c0%ae/admin',
      '/api/%00',
      '/api/.%2e/admin',
      '/api/x/..',
      '/api/..%2f..%2finternal',
      '/api/x%2f..%2f..',
    ],
  ])('case 40: %s stays outside', async (target) => {
    const before = pair.upstream.requests.length;
    expect([400, 404]).toContain(await ask(target));
    expect(pair.upstream.requests).toHaveLength(before);
  });

  it.each(['//evil/x', '/@evil', '/\\evil', '/api//evil/x', '/api/\\evil', '/api/x#y', 'http://evil.test/api/x'])(
    'case 42: %s never leaves for another host',
    async (target) => {
      const before = pair.upstream.requests.length;
      expect([400, 404]).toContain(await ask(target));
      expect(pair.upstream.requests).toHaveLength(before);
    },
  );
});

describe('case 43: the upstream of a route', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(reply({ body: 'ok' }), { path: '/api/:id', to: '/:id' });
  });
  afterAll(() => pair?.close());

  it.each(['x@evil.test', '.evil.test', ':80@evil', '%2f%2fevil.test'])(
    'is fixed at boot: host and path are never glued together (%s)',
    async (id) => {
      const request = `GET /api/${id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      const { bytes } = await rawRequest(pair.app.port, request);
      expect(parseResponses(bytes)[0]?.status).toBe(200);
      expect(pair.upstream.requests.at(-1)?.url).toBe(`/${id}`);
    },
  );
});

describe('the query of a forwarding route with rules', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(reply({ body: 'ok' }), {
      query: { allow: ['q', 'page'], set: { channel: 'web' }, remove: ['page'] },
    });
  });
  afterAll(() => pair?.close());

  it.each([
    ['/api/x', '/x?channel=web'],
    ['/api/x?', '/x?channel=web'],
    ['/api/x?q=1', '/x?q=1&channel=web'],
    ['/api/x?channel=app', '/x?channel=web'],
    ['/api/x?q=1&channel=app&other=1&page=2', '/x?q=1&channel=web'],
    ['/api/x?other=1', '/x?channel=web'],
  ])('%s reaches the upstream as %s', async (target, expected) => {
    const head = `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    expect(parseResponses((await rawRequest(pair.app.port, head)).bytes)[0]?.status).toBe(200);
    expect(pair.upstream.requests.at(-1)?.url).toBe(expected);
  });
});
