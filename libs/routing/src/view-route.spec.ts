import { Plan, view } from '@portico/aggregation';
import { type FakeUpstream, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { type RunningApp, startApp } from '../test/start-app.ts';

describe('a view route', () => {
  let upstream: FakeUpstream;
  let app: RunningApp;

  beforeAll(async () => {
    upstream = await startFakeUpstream({
      '/products/a%20b': reply({ json: { id: 'a b' } }),
      '/products/c': reply({ status: 500, body: 'broken' }),
      '/reviews': reply({ json: { items: [] } }),
    });
    const shop = defineUpstream('shop', { url: upstream.url });
    const input = z.object({ id: z.string(), tag: z.union([z.string(), z.array(z.string())]).optional() });
    const productPage = view({
      input,
      plan: Plan.for<z.infer<typeof input>>()
        .required('product', ({ id }) => shop.get`/products/${id}`)
        .required('reviews', ({ tag }) => shop.get`/reviews?tags=${[tag ?? []].flat()}`),
    });
    app = await startApp(
      [shop],
      [{ methods: ['GET'], path: '/api/pages/product/:id', view: productPage, auth: 'public', timeout: 2000 }],
    );
  });
  afterAll(async () => {
    await app?.close();
    await upstream.close();
  });

  it('is answered from its parts', async () => {
    const answer = await httpRequest(`${app.url}/api/pages/product/a%20b`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ product: { id: 'a b' }, reviews: { items: [] } });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(answer.headers['x-request-id']).toBe('request-1');
    expect(app.contexts.at(-1)?.route).toBe('/api/pages/product/:id');
  });

  it('takes path parameters before those of the query, and lists of repeated ones', async () => {
    const answer = await httpRequest(`${app.url}/api/pages/product/a%20b?id=c&tag=1&tag=2&__proto__=x`);
    expect(answer.status).toBe(200);
    expect(
      upstream.requests
        .slice(-2)
        .map(({ url }) => url)
        .sort(),
    ).toEqual(['/products/a%20b', '/reviews?tags=1,2']);
  });

  it('answers HEAD with the head only', async () => {
    const answer = await httpRequest(`${app.url}/api/pages/product/a%20b`, { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(10);
  });

  it('fails with the part that failed', async () => {
    const answer = await httpRequest(`${app.url}/api/pages/product/c`);
    expect(answer.json()).toMatchObject({ part: 'product' });
  });

  it.each(['..%2f..%2finternal', '%2e%2e', 'a%00'])(
    'case 42: the id %s is refused before any upstream is called',
    async (id) => {
      const before = upstream.requests.length;
      expect((await httpRequest(`${app.url}/api/pages/product/${id}`)).status).toBe(400);
      expect(upstream.requests).toHaveLength(before);
    },
  );

  it('case 42: the id x@evil stays one path segment of the same upstream', async () => {
    await httpRequest(`${app.url}/api/pages/product/x@evil`);
    expect(upstream.requests.some(({ url }) => url === '/products/x%40evil')).toBe(true);
  });
});
