import { httpRequest, type Script } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';

/** Answers as frameworks do that believe `X-Forwarded-*`. */
const SHOP: Script = {
  '/orders/': (request, response) => {
    const { 'x-forwarded-host': host, 'x-forwarded-prefix': prefix = '' } = request.headers;
    response.setHeader('location', `http://${String(host)}/orders/77/`);
    response.setHeader('content-location', `https://${String(host)}${String(prefix)}/orders/77/`);
    response.setHeader('link', [
      `<http://${String(host)}/orders/?page=2>; rel="next"; title="a, <b>", </orders/>; rel=first`,
      `<http://10.0.0.7:4001/orders/>; rel=self, <http://${request.headers.host ?? ''}/orders/>; rel=last`,
      '<http://127.0.0.1:1/>; rel=up',
      'no link',
    ]);
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/orders; HttpOnly']);
    response.writeHead(201).end();
  },
};

describe('the addresses in a response', () => {
  let pair: Pair;
  beforeAll(async () => {
    const allow = ['Link', 'Content-Location', 'Set-Cookie'];
    pair = await startPair(SHOP, { path: '/api/orders', to: '/orders/', headers: { response: { allow } } });
  });
  afterAll(() => pair?.close());

  it('are public ones, whatever the upstream made them of', async () => {
    const response = await httpRequest(`${pair.app.url}/api/orders`, { method: 'POST' });
    expect(response.status).toBe(201);
    expect(response.headers.location).toBe('/api/orders/77');
    expect(response.headers['content-location']).toBe('/api/orders/77');
    expect(response.headers.link).toBe(
      '</api/orders?page=2>; rel="next"; title="a, <b>", </api/orders>; rel=first, </api/orders>; rel=last',
    );
    expect(response.headers['set-cookie']).toEqual(['a=1; Path=/api', 'b=2; Path=/api/orders; HttpOnly']);
  });

  it("are made of the gateway's own prefix, never of the client's", async () => {
    await httpRequest(`${pair.app.url}/api/orders`, { method: 'POST', headers: { 'x-forwarded-prefix': '/evil' } });
    const { headers, url } = pair.upstream.requests.at(-1)!;
    expect([url, headers['x-forwarded-prefix']]).toEqual(['/orders/', '/api']);
  });

  it.each([
    ['/api/*', '/*', '/api'],
    ['/api/shop/items/:id', '/items/:id', '/api/shop'],
    ['/*', '/*', undefined],
    ['/api/order/:id', '/orders/:id', undefined],
  ] as const)('has no prefix where a prefix is not what %s and %s differ in: %s', async (path, to, prefix) => {
    const one = await startPair({}, { path, to });
    const target = path.replace(/[*]|:id/, '1');
    await httpRequest(`${one.app.url}${target}`, { headers: { 'x-forwarded-prefix': '/evil' } });
    expect(one.upstream.requests[0]!.headers['x-forwarded-prefix']).toBe(prefix);
    await one.close();
  });
});

describe('a cookie of an upstream with a base path', () => {
  it.each([
    ['/', '/api'],
    ['/shop', '/api'],
    ['/shop/', '/api'],
    ['/shop/orders', '/api/orders'],
    ['/other', undefined],
  ])('for %s is one for %s at the gateway', async (path, expected) => {
    const script: Script = (_request, response) => {
      response.setHeader('set-cookie', `a=1; Path=${path}; HttpOnly`);
      response.end();
    };
    const response = { allow: ['Set-Cookie'] };
    const one = await startPair(script, { headers: { response } }, { basePath: '/shop' });
    const { headers } = await httpRequest(`${one.app.url}/api/orders`);
    const attribute = expected === undefined ? '' : ` Path=${expected};`;
    expect(headers['set-cookie']).toEqual([`a=1;${attribute} HttpOnly`]);
    await one.close();
  });
});

describe('a path at an upstream', () => {
  it.each([
    ['/api/x', '/x/', '/api/x', '/x/'],
    ['/api/:id', '/items/:id/', '/api/a%2Fb', '/items/a%2Fb/'],
  ] as const)('may end with a slash: %s to %s', async (path, to, asked, expected) => {
    const one = await startPair({}, { path, to });
    await httpRequest(`${one.app.url}${asked}?q=1`);
    expect(one.upstream.requests[0]!.url).toBe(`${expected}?q=1`);
    await one.close();
  });

  it.each(['/x//', '//', '/*/', 'x/', '/./'])('may not be %j', async (to) => {
    await expect(startPair({}, { path: '/api/*', to })).rejects.toThrow(/: to /);
  });
});
