import { createBff } from '@portico/server';
import {
  type FakeUpstream,
  httpRequest,
  parseResponses,
  rawRequest,
  reply,
  reset,
  type Script,
  startBff,
  startFakeUpstream,
} from '@portico/testing';
import { bff } from './app.module.ts';

const SHOP: Script = {
  '/products/p-1': reply({ json: { id: 'p-1', category: { id: 'lamps' }, weight: 9007199254740993n.toString() } }),
  '/products': reply({ json: { items: [{ id: 'p-1' }], next: null } }),
  '/stock/p-1': reply({ body: '{"available":9007199254740993}', headers: { 'content-type': 'application/json' } }),
  '/stock': reply({ json: { items: [{ productId: 'p-1' }], next: null } }),
  '/summaries/p-1': reset(),
  '/reviews': reset(),
  '/baskets/b-1': reply({
    json: { id: 'b-1', lines: [{ productId: 'p-1' }, { productId: 'p-2' }, { productId: 'p-1' }] },
  }),
  '/baskets': reply({ status: 201, json: { id: 'b-2' } }),
};

describe('the web BFF', () => {
  let shop: FakeUpstream;
  let running: Awaited<ReturnType<typeof startBff>>;
  const get = (path: string) => httpRequest(running.url + path);

  beforeAll(async () => {
    shop = await startFakeUpstream(SHOP);
    const names = ['CATALOG', 'INVENTORY', 'BASKET', 'ORDERING', 'REVIEWS'];
    const environment = Object.fromEntries(names.map((name) => [`${name}_URL`, shop.url]));
    running = await startBff(() => createBff(bff), {
      ...environment,
      LOG_LEVEL: 'silent',
      CORS_ORIGINS: 'https://partner.example',
    });
  });
  afterAll(async () => {
    await running.close();
    await shop.close();
  });

  it('shows a product without the parts that failed, and keeps every digit of the others', async () => {
    const page = await get('/api/pages/product/p-1');
    expect(page.status).toBe(200);
    expect(page.text).toContain('"stock":{"available":9007199254740993},"rating":null,"reviews":null,"related":{');
    expect(page.headers['x-portico-parts']).toBe('product;ok, stock;ok, rating;error, reviews;error, related;ok');
    expect(shop.requests.map(({ url }) => url)).toContain('/products?category=lamps&limit=6');
  });

  it('asks once for all the products of a basket, each id one time', async () => {
    const page = await get('/api/pages/basket/b-1');
    expect(page.json()).toMatchObject({ products: [{ id: 'p-1' }], stock: [{ productId: 'p-1' }] });
    const batches = shop.requests.map(({ url }) => url).filter((url) => url.includes('ids='));
    expect(batches.sort()).toEqual(['/products?ids=p-1,p-2', '/stock?ids=p-1,p-2']);
  });

  it('passes a new basket through', async () => {
    const created = await httpRequest(`${running.url}/api/basket/baskets`, { method: 'POST' });
    expect([created.status, created.json()]).toEqual([201, { id: 'b-2' }]);
  });

  it('tells the scripts of another origin what a row takes and gives', async () => {
    const headers = { origin: 'https://partner.example', 'access-control-request-method': 'PATCH' };
    const preflight = await httpRequest(`${running.url}/api/basket/baskets/b-1/lines/l-1`, {
      method: 'OPTIONS',
      headers,
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toBe('PATCH, DELETE');
    expect(preflight.headers['access-control-allow-headers']).toMatch(/\bdpop\b.*\bif-match\b.*\bprefer\b/);
    const product = await httpRequest(`${running.url}/api/catalog/products/p-1`, { headers });
    expect(product.headers['access-control-expose-headers']).toContain('content-disposition');
  });

  it('reaches nothing that only staff may do', async () => {
    const before = shop.requests.length;
    for (const path of ['/api/ordering/orders/o-1/transitions', '/api/inventory/stock/p-1/adjustments']) {
      expect((await httpRequest(running.url + path, { method: 'POST' })).status).toBe(404);
    }
    expect(shop.requests).toHaveLength(before);
  });

  it.each([
    ['/api/basket/nowhere', 'Content-Length: 3', 404],
    ['/api/basket/baskets/b-1/lines', 'Content-Length: 999999999', 413],
    ['/api/account/orders', 'Content-Length: 3', 401],
    ['/api/basket/baskets/b-1', 'Content-Length: 3', 405],
  ])('answers POST %s (%s) with the final status %i, without 100 Continue', async (path, length, status) => {
    const head = ['POST ' + path + ' HTTP/1.1', 'Host: shop', 'X-Csrf: 1', 'Expect: 100-continue', length, '', ''];
    const { bytes } = await rawRequest(Number(new URL(running.url).port), head.join('\r\n'));
    expect(parseResponses(bytes).map((response) => response.status)).toEqual([status]);
  });

  it('asks for the body of a request that passes with 100 Continue', async () => {
    const head = 'POST /api/basket/baskets HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    const { bytes } = await rawRequest(Number(new URL(running.url).port), [head, 100, '{}'], { responses: 1 });
    expect(parseResponses(bytes).map((response) => response.status)).toEqual([100, 201]);
  });
});
