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
      '/codes': reply({ json: [] }),
    });
    const shop = defineUpstream('shop', { url: upstream.url });
    const input = z.object({ id: z.string(), tag: z.union([z.string(), z.array(z.string())]).optional() });
    const productPage = view({
      input,
      plan: Plan.for<z.infer<typeof input>>()
        .required('product', ({ id }) => shop.get`/products/${id}`)
        .required('reviews', ({ tag }) => shop.get`/reviews?tags=${[tag ?? []].flat()}`),
    });
    const codes = z.object({ codes: z.string() });
    const codesPage = view({
      input: codes,
      plan: Plan.for<z.infer<typeof codes>>().requiredBatch('list', (input) => input.codes.split(','), {
        call: (keys) => shop.get<unknown[]>`/codes?in=${keys}`,
        size: 10,
      }),
    });
    app = await startApp(
      [shop],
      [
        { methods: ['GET'], path: '/api/pages/product/:id', view: productPage, auth: 'public', timeout: 2000 },
        { methods: ['GET'], path: '/api/pages/codes', view: codesPage, auth: 'public', timeout: 2000 },
      ],
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

  it('tells the upstreams of its parts who asks, as a forwarding route does, from the gateway only', async () => {
    const headers = {
      'x-forwarded-for': '9.9.9.9',
      'x-forwarded-host': 'evil',
      'x-request-id': 'mine',
      forwarded: 'for=9',
    };
    await httpRequest(`${app.url}/api/pages/product/a%20b`, { headers });
    const calls = upstream.requests.slice(-2);
    const { requestId } = app.contexts.at(-1)!;
    const host = `127.0.0.1:${app.port}`;
    for (const call of calls) {
      expect(call.headers).toMatchObject({
        'x-request-id': requestId,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-host': host,
        'x-forwarded-proto': 'http',
        forwarded: `for=127.0.0.1;host="${host}";proto=http`,
      });
    }
  });

  it.each(['', '1,,2', ',', ',1'])('says 400 to keys that the client left empty: ?codes=%s', async (codes) => {
    const answer = await httpRequest(`${app.url}/api/pages/codes?codes=${codes}`);
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'input-invalid', part: 'list' }),
    ]);
  });

  it('says 400 to more keys than one request may ask for', async () => {
    const codes = (count: number) => Array.from({ length: count }, (_, i) => i).join(',');
    expect((await httpRequest(`${app.url}/api/pages/codes?codes=${codes(200)}`)).status).toBe(200);
    const answer = await httpRequest(`${app.url}/api/pages/codes?codes=${codes(201)}`);
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: 'input-invalid' })]);
  });

  it('reads a query of 1,000 parameters, and refuses one of more before it reads it', async () => {
    const query = (count: number) => Array.from({ length: count }, () => 'tag').join('&');
    expect((await httpRequest(`${app.url}/api/pages/product/a%20b?${query(1000)}`)).status).toBe(200);
    const answer = await httpRequest(`${app.url}/api/pages/product/a%20b?${query(1001)}`);
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: 'input-invalid' })]);
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
