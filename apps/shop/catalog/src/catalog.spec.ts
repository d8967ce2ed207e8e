import { type RunningService, startService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';
import type { Category, Product, ProductSummary } from './schemas.ts';

interface List<T> {
  items: T[];
  next: string | null;
}

describe('catalog', () => {
  let service: RunningService;
  const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });
  const json = async <T>(path: string): Promise<T> => {
    const response = await get(path);
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  const list = (query: string) => json<List<ProductSummary>>(`/products?${query}`);
  const refused = async (path: string, status: number, field?: string) => {
    const response = await get(path);
    const problem = (await response.json()) as { status: number; errors?: { field: string }[] };
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  };
  const walk = async (query: string): Promise<ProductSummary[]> => {
    const found: ProductSummary[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: List<ProductSummary> = await list(`${query}&cursor=${next}`);
      found.push(...page.items);
      next = page.next;
    }
    return found;
  };

  beforeAll(async () => {
    const environment = { PORT: '0', DATA_DIR: ':memory:' };
    service = await startService({ name: 'catalog', port: 0, module: AppModule, environment });
  });
  afterAll(() => service.close());

  it('lists summaries, 24 by default', async () => {
    const { items, next } = await list('');
    expect(items).toHaveLength(24);
    expect(typeof next).toBe('string');
    expect(items[0]).toEqual({
      id: expect.stringMatching(/^p-\d{4}$/),
      name: expect.any(String),
      category: { id: expect.any(String), name: expect.any(String) },
      price: { amount: expect.any(Number), currency: 'EUR' },
      image: { path: `images/${items[0]?.id}.svg`, alt: expect.any(String) },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it.each([
    ['name', (item: ProductSummary) => item.name.toLowerCase(), 1],
    ['price', (item: ProductSummary) => item.price.amount, 1],
    ['-price', (item: ProductSummary) => item.price.amount, -1],
    ['newest', (item: ProductSummary) => item.createdAt, -1],
  ] as const)('walks all 300 products by %s, each once and in order', async (sort, keyOf, direction) => {
    const items = await walk(`sort=${sort}&limit=37`);
    expect(new Set(items.map((item) => item.id)).size).toBe(300);
    expect(items).toHaveLength(300);
    items.slice(1).forEach((item, index) => {
      const [before, after] = [keyOf(items[index] as ProductSummary), keyOf(item)];
      expect(before === after || before < after === (direction === 1)).toBe(true);
    });
  });

  it('searches by the beginnings of words, the best first', async () => {
    const { items } = await list('q=dining+tab&limit=100');
    expect(items.length).toBeGreaterThan(2);
    expect(items[0]?.name).toMatch(/Dining Table$/);
    expect((await list('q=DINING+tables')).items[0]?.name).toMatch(/Dining Table$/);
    expect((await list('q=chaine')).items[0]?.name).toMatch(/^Chaîne /);
    expect((await list('q=nosuchword')).items).toEqual([]);
  });

  it('pages through a search by relevance and by price, each product once', async () => {
    const { items } = await list('q=steel&limit=100');
    expect(items.length).toBeGreaterThan(20);
    expect((await walk('q=steel&limit=7')).map((item) => item.id)).toEqual(items.map((item) => item.id));
    const byPrice = await walk('q=steel&limit=7&sort=price');
    expect(byPrice.map((item) => item.id).sort()).toEqual(items.map((item) => item.id).sort());
  });

  it.each([
    '"',
    '*',
    '"table',
    'table"',
    'NOT',
    'table AND',
    'name:table',
    '(table',
    '^table',
    'a-b',
    "x' OR 1=1 --",
    '{name}:x',
  ])('takes %s for words and never for syntax', async (q) => {
    expect((await get(`/products?q=${encodeURIComponent(q)}`)).status).toBe(200);
  });

  it('finds nothing when there is no word among the operators', async () => {
    expect(await list(`q=${encodeURIComponent('"* ( ) -- ^ :')}`)).toEqual({ items: [], next: null });
  });

  it('filters by category and price, both ends included', async () => {
    const tents = await list('category=camping&limit=100');
    expect(tents.items).toHaveLength(25);
    expect(new Set(tents.items.map((item) => item.category.id))).toEqual(new Set(['camping']));
    const price = tents.items[0]?.price.amount ?? 0;
    const same = await list(`category=camping&minPrice=${price}&maxPrice=${price}`);
    expect(same.items.map((item) => item.id)).toContain(tents.items[0]?.id);
    expect(same.items.every((item) => item.price.amount === price)).toBe(true);
    expect(await list('category=nothing')).toEqual({ items: [], next: null });
    expect(await list('minPrice=5000&maxPrice=100')).toEqual({ items: [], next: null });
    expect((await list('q=steel&category=tools&sort=-price')).items.every((item) => item.category.id === 'tools')).toBe(
      true,
    );
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=many', 'limit'],
    ['sort=size', 'sort'],
    ['sort=relevance', 'sort'],
    ['minPrice=-1', 'minPrice'],
    ['maxPrice=cheap', 'maxPrice'],
    ['cursor=%%%'.replaceAll('%', '%25'), 'cursor'],
    ['cursor=WyJuYW1lIl0', 'cursor'],
    [`cursor=${Buffer.from('["price",1,"p-0001"]').toString('base64url')}`, 'cursor'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=a&q=b', 'q'],
    ['ids=,', 'ids'],
    [`ids=${Array.from({ length: 101 }, (_, index) => `p-${index}`).join(',')}`, 'ids'],
  ])('refuses %.30s', (query, field) => refused(`/products?${query}`, 400, field));

  it('looks up many ids in the order asked, without unknown and repeated ones', async () => {
    const { items, next } = await list('ids=p-0300,p-0001,nothing,p-0300,p-0042&limit=1');
    expect(items.map((item) => item.id)).toEqual(['p-0300', 'p-0001', 'p-0042']);
    expect(next).toBeNull();
    const hundred = Array.from({ length: 100 }, (_, index) => `p-${String(index + 1).padStart(4, '0')}`);
    expect((await list(`ids=${hundred.join(',')}`)).items.map((item) => item.id)).toEqual(hundred);
  });

  it('gives one product with its variants, the cheapest of which is its price', async () => {
    for (let number = 1; number <= 300; number += 13) {
      const product = await json<Product>(`/products/p-${String(number).padStart(4, '0')}`);
      expect(product.variants.length).toBeGreaterThanOrEqual(1);
      expect(product.variants.length).toBeLessThanOrEqual(4);
      expect(Math.min(...product.variants.map((variant) => variant.price.amount))).toBe(product.price.amount);
      expect(product.variants[0]?.id).toBe(`${product.id}-1`);
      expect(product.description.length).toBeGreaterThan(60);
      expect(Object.keys(product.attributes)).toEqual(expect.arrayContaining(['Material', 'Made in', 'Guarantee']));
    }
  });

  it.each([
    '/products/p-9999',
    '/products/p-0001%27',
    '/images/p-9999.svg',
    '/images/p-0001.png',
    '/images/..%2fx.svg',
  ])('answers 404 for %s', (path) => refused(path, 404));

  it('lists the 12 categories with their counts', async () => {
    const { items, next } = await json<List<Category>>('/categories');
    expect(items).toHaveLength(12);
    expect(items.reduce((sum, category) => sum + category.count, 0)).toBe(300);
    expect(next).toBeNull();
  });

  it.each(['/products', '/products/p-0001', '/categories', '/products?ids=p-0001'])(
    'lets clients keep %s for a minute and revalidate it',
    async (path) => {
      const response = await get(path);
      expect(response.headers.get('cache-control')).toBe('public, max-age=60');
      const etag = response.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      const again = await get(path, { 'if-none-match': etag });
      expect([again.status, await again.text()]).toEqual([304, '']);
    },
  );

  it('draws a small picture of every product in the width asked for', async () => {
    const { items } = await list('limit=100');
    for (const { image, name } of items) {
      const response = await get(`/${image.path}?w=640`);
      const text = await response.text();
      expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
      expect(text).toMatch(/^<svg [^>]*width="640" height="640"/);
      expect(text).toContain(`<title>${name}</title>`);
      expect(text.length).toBeLessThan(4096);
      expect(text).not.toContain('undefined');
    }
  });

  it('draws the same picture each time, 320 pixels wide unless told otherwise', async () => {
    const first = await (await get('/images/p-0001.svg')).text();
    expect(await (await get('/images/p-0001.svg?w=320')).text()).toBe(first);
    for (const width of ['15', '1281', 'wide']) await refused(`/images/p-0001.svg?w=${width}`, 400, 'w');
  });

  it('documents its endpoints', async () => {
    const document = await json<{ paths: object }>('/openapi.json');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/products', '/products/{id}', '/categories', '/images/{file}']),
    );
  });
});
