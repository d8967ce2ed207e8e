import { type RunningService, startService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';
import type { Review, ReviewSummary } from './schemas.ts';

interface List<T> {
  items: T[];
  next: string | null;
}

const zeros = { count: 0, average: 0, histogram: { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 } };
const valid = { productId: 'p-new', author: ' Ada L. ', rating: 4, title: 'Good', text: 'Very <b>good</b>; "fine"' };

describe('reviews', () => {
  let service: RunningService;
  let now: number;
  const get = (path: string) => fetch(service.url + path);
  const json = async <T>(path: string): Promise<T> => {
    const response = await get(path);
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  const list = (query: string) => json<List<Review>>(`/reviews?${query}`);
  const post = (body: unknown) =>
    fetch(`${service.url}/reviews`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const fieldsOf = async (response: Response) => {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as { errors?: { field: string }[] };
    return [response.status, ...(problem.errors ?? []).map((error) => error.field)];
  };

  beforeEach(async () => {
    now = Date.parse('2026-12-01T00:00:00Z');
    const clock = { now: () => now, epoch: () => now, after: () => ({ cancel: () => undefined }) };
    const environment = { PORT: '0', DATA_DIR: ':memory:' };
    service = await startService({ name: 'reviews', port: 0, module: AppModule, clock, environment });
  });
  afterEach(() => service.close());

  it('lists reviews newest first, 20 by default', async () => {
    const { items, next } = await list('');
    expect(items).toHaveLength(20);
    expect(typeof next).toBe('string');
    expect(Object.keys(items[0] ?? {})).toEqual(['id', 'productId', 'author', 'rating', 'title', 'text', 'createdAt']);
    expect(items.map((review) => review.createdAt)).toEqual(
      items
        .map((review) => review.createdAt)
        .sort()
        .reverse(),
    );
  });

  it('walks all 2,000 reviews, each once, also when new ones come meanwhile', async () => {
    const ids: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: List<Review> = await list(`limit=100&cursor=${next}`);
      ids.push(...page.items.map((review) => review.id));
      next = page.next;
      await post(valid);
    }
    expect(ids).toHaveLength(2000);
    expect(new Set(ids).size).toBe(2000);
  });

  it('lists the reviews of one product', async () => {
    const { items, next } = await list('product=p-0001&limit=2');
    expect(items).toHaveLength(2);
    expect(items.every((review) => review.productId === 'p-0001')).toBe(true);
    const second = await list(`product=p-0001&limit=2&cursor=${next}`);
    expect(second.items.map((review) => review.id)).not.toContain(items[0]?.id);
    expect(await list('product=p-9999')).toEqual({ items: [], next: null });
  });

  it('keeps a new review and lists it first', async () => {
    const response = await post(valid);
    expect(response.status).toBe(201);
    const review = (await response.json()) as Review;
    expect(review).toEqual({
      ...valid,
      author: 'Ada L.',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      createdAt: '2026-12-01T00:00:00.000Z',
    });
    expect(await json(`/reviews/${review.id}`)).toEqual(review);
    expect((await list('limit=1')).items).toEqual([review]);
  });

  it.each([
    [{ ...valid, rating: 0 }, ['rating']],
    [{ ...valid, rating: 6 }, ['rating']],
    [{ ...valid, rating: 4.5 }, ['rating']],
    [{ ...valid, rating: '4' }, ['rating']],
    [{ ...valid, title: '  ', text: '' }, ['title', 'text']],
    [{ ...valid, text: 'x'.repeat(4001) }, ['text']],
    [{ ...valid, id: 'mine' }, ['id']],
    [{}, ['productId', 'author', 'rating', 'title', 'text']],
    [[], ['body']],
  ])('refuses a review that does not fit (%#)', async (body, fields) => {
    expect(await fieldsOf(await post(body))).toEqual([400, ...fields]);
    expect(await json('/summaries/p-new')).toEqual({ productId: 'p-new', ...zeros });
  });

  it.each(['6f1f39f2-0000-4000-8000-000000000000', 'no-uuid', "'%20OR%201=1"])('answers 404 for %s', async (id) => {
    expect(await fieldsOf(await get(`/reviews/${id}`))).toEqual([404]);
  });

  it.each([
    ['/reviews?limit=0', 'limit'],
    ['/reviews?limit=101', 'limit'],
    ['/reviews?cursor=x', 'cursor'],
    ['/reviews?cursor=WzEsMl0', 'cursor'],
    ['/summaries', 'ids'],
    [`/summaries?ids=${Array.from({ length: 101 }, (_, index) => `p-${index}`).join(',')}`, 'ids'],
  ])('refuses %.30s', async (path, field) => {
    expect(await fieldsOf(await get(path))).toEqual([400, field]);
  });

  it('sums up a product, and changes the summary with each review', async () => {
    expect(await json('/summaries/p-new')).toEqual({ productId: 'p-new', ...zeros });
    for (const rating of [5, 4, 4]) await post({ ...valid, rating });
    const histogram = { '1': 0, '2': 0, '3': 0, '4': 2, '5': 1 };
    expect(await json('/summaries/p-new')).toEqual({ productId: 'p-new', count: 3, average: 4.33, histogram });
  });

  it('sums up many products in the order asked, with zeros for those without reviews', async () => {
    const { items, next } = await json<List<ReviewSummary>>('/summaries?ids=p-0002,nothing,p-0001,p-0002');
    expect(items.map((summary) => summary.productId)).toEqual(['p-0002', 'nothing', 'p-0001']);
    expect(items[1]).toEqual({ productId: 'nothing', ...zeros });
    expect(items[2]).toEqual(await json('/summaries/p-0001'));
    expect(next).toBeNull();
  });

  it('documents its endpoints', async () => {
    const document = await json<{ paths: object }>('/openapi.json');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/reviews', '/reviews/{id}', '/summaries', '/summaries/{productId}']),
    );
  });
});
