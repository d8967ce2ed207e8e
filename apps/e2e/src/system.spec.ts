import { HttpBrowser, httpRequest } from '@portico/testing';
import { visitIdentityAs } from '../test/visit-identity.ts';
import { ServerProcess } from './server-process.ts';
import { ShopSystem } from './shop-system.ts';

const PART_STATES = /;([a-z]+)/g;

describe('three BFFs in front of the shop', () => {
  const system = new ShopSystem();
  const web = (path: string) => httpRequest(system.server('web-bff').url + path);
  const mobile = (path: string) => httpRequest(system.server('mobile-bff').url + path);
  const sam = new HttpBrowser();
  const atAdmin = (path: string) => system.server('admin-bff').url + path;

  beforeAll(async () => {
    await system.start(['web-bff', 'mobile-bff', 'admin-bff']);
    await sam.logIn(atAdmin(''), { visitProvider: visitIdentityAs('sam') });
  }, 120_000);
  afterAll(() => system.stop(), 60_000);

  const post = (bff: string, path: string, body: object, headers: Record<string, string> = {}) =>
    httpRequest(system.server(bff).url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('answers a product page with five parts, all of them there', async () => {
    const page = await web('/api/pages/product/p-0001');
    expect(page.status).toBe(200);
    expect(Object.keys(page.json() as object)).toEqual(['product', 'stock', 'rating', 'reviews', 'related']);
    const states = [...String(page.headers['x-portico-parts']).matchAll(PART_STATES)].map(([, state]) => state);
    expect(states).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('passes the bytes of a service through unchanged', async () => {
    const [passed, direct] = await Promise.all([
      web('/api/catalog/products?limit=1'),
      httpRequest(`${system.server('catalog').url}/products?limit=1`),
    ]);
    expect(passed.body).toEqual(direct.body);
    expect(passed.headers.etag).toBe(direct.headers.etag);
    const unchanged = await httpRequest(`${system.server('web-bff').url}/api/catalog/products?limit=1`, {
      headers: { 'if-none-match': String(passed.headers.etag) },
    });
    expect([unchanged.status, unchanged.body.length]).toEqual([304, 0]);
  });

  it('gives a phone at most a third of the bytes that a browser gets for a product', async () => {
    for (const id of ['p-0001', 'p-0042', 'p-0123', 'p-0300']) {
      const [page, screen] = await Promise.all([web(`/api/pages/product/${id}`), mobile(`/v1/screens/product/${id}`)]);
      expect(screen.status).toBe(200);
      expect(screen.body.length).toBeLessThanOrEqual(page.body.length / 3);
    }
  });

  it('sends phones pictures of the size their screen needs', async () => {
    for (const density of ['1', '3']) {
      const screen = await mobile(`/v1/screens/product/p-0001?density=${density}`);
      const { image } = screen.json() as { image: string };
      const picture = await mobile(image);
      expect(picture.headers['content-type']).toMatch(/^image\/svg\+xml/);
      expect(picture.text).toContain(`width="${360 * Number(density)}"`);
    }
    const odd = await mobile('/v1/screens/product/p-0001?density=9');
    expect([odd.status, (odd.json() as { code: string }).code]).toEqual([400, 'input-invalid']);
  });

  it('lets a phone buy as a guest, and staff move the order on', async () => {
    const basket = (await post('mobile-bff', '/v1/baskets', {})).json() as { id: string };
    const line = await post('mobile-bff', `/v1/baskets/${basket.id}/lines`, { productId: 'p-0001', quantity: 2 });
    expect(line.status).toBe(201);
    const order = {
      basketId: basket.id,
      customer: { name: 'Ada Park', email: 'ada@example.com' },
      address: { street: 'Main Street 1', city: 'Leipzig', postalCode: '04109', country: 'DE' },
    };
    const key = { 'idempotency-key': 'phone-1' };
    const placed = await post('mobile-bff', '/v1/orders', order, key);
    expect(placed.status).toBe(201);
    const { id } = placed.json() as { id: string };
    expect((await post('mobile-bff', '/v1/orders', order, key)).json()).toMatchObject({ id });
    expect((await mobile(`/v1/screens/order/${id}`)).json()).toMatchObject({ id, state: 'placed', pieces: 2 });
    const paid = await sam.post(atAdmin(`/api/ordering/orders/${id}/transitions`), { to: 'paid' });
    expect(paid.json()).toMatchObject({ id, state: 'paid' });
    const refused = await sam.post(atAdmin(`/api/ordering/orders/${id}/transitions`), { to: 'placed' });
    expect([refused.status, refused.headers['content-type']]).toEqual([409, expect.stringMatching(/problem\+json/)]);
  });

  it('shows staff the dashboard and lets them correct the stock', async () => {
    const dashboard = (await sam.ask(atAdmin('/api/dashboard'))).json() as Record<string, object>;
    expect(Object.keys(dashboard)).toEqual(['orders', 'shortages', 'reviews', 'scarce', 'reviewed']);
    const adjusted = await sam.post(atAdmin('/api/inventory/stock/p-0001/adjustments'), {
      warehouseId: 'w-leipzig',
      delta: 5,
      reason: 'counted again',
    });
    expect(adjusted.status).toBe(201);
  });

  it('does not let one BFF do what only another may', async () => {
    const attempts = [
      await post('web-bff', '/api/inventory/stock/p-0001/adjustments', {
        warehouseId: 'w-leipzig',
        delta: 1,
        reason: 'x',
      }),
      await post('web-bff', '/api/ordering/orders/o-0001/transitions', { to: 'paid' }),
      await mobile('/api/dashboard'),
      await web('/api/ordering/orders'),
    ];
    for (const { status } of attempts) expect([404, 405]).toContain(status);
  });

  it('keeps the product page at 200 without reviews, and names what is missing', async () => {
    const reviews = system.server('reviews');
    await reviews.crash();
    const page = await web('/api/pages/product/p-0002');
    expect(page.status).toBe(200);
    expect(page.headers['x-portico-parts']).toBe(
      'product;ok, stock;ok, rating;unavailable, reviews;unavailable, related;ok',
    );
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.json()).toMatchObject({ rating: null, reviews: null });
    await reviews.start();
    expect((await web('/api/pages/product/p-0002')).headers['x-portico-parts']).toMatch(/reviews;ok/);
  }, 60_000);

  it('answers 502 or 503 as problem+json that names the part when catalog is gone', async () => {
    const catalog = system.server('catalog');
    await catalog.crash();
    const page = await web('/api/pages/product/p-0002');
    expect([502, 503]).toContain(page.status);
    expect(page.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(page.json()).toMatchObject({ part: 'product', code: expect.stringMatching(/^upstream-/) });
    expect(page.text).not.toContain('127.0.0.1');
    await catalog.start();
    expect((await web('/api/pages/product/p-0002')).status).toBe(200);
  }, 60_000);

  it('answers an unknown product with 404, not with a blame on the shop', async () => {
    const page = await web('/api/pages/product/p-9999');
    expect([page.status, page.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'resource-not-found', part: 'product' }),
    ]);
  });
});

describe('a BFF that cannot start says why', () => {
  const startOf = (folder: string, environment: Record<string, string>) => {
    const server = new ServerProcess(folder, folder, environment);
    return server.start().then(
      async () => {
        await server.stop();
        return 'it started';
      },
      (error: Error) => error.message,
    );
  };

  it('lists every mistake in its settings and upstreams at once', async () => {
    const said = await startOf('apps/web-bff', {
      LOG_LEVEL: 'loud',
      TRUSTED_PROXIES: '0.0.0.0/0',
      CATALOG_URL: 'nowhere',
      REVIEWS_URL: 'ftp://x',
    });
    expect(said).toMatch(/ended with 78/);
    for (const field of ['LOG_LEVEL', 'TRUSTED_PROXIES', 'CATALOG_URL', 'REVIEWS_URL']) expect(said).toContain(field);
    expect(said).not.toMatch(/\n\s+at /);
  }, 30_000);
});
