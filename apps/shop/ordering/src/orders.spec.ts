import { fieldsOf, RunningOrdering } from '../test/running-ordering.ts';
import type { Order, OrderSummary } from './order.ts';

interface Page {
  items: Order[];
  next: string | null;
}

let ordering: RunningOrdering;

beforeAll(async () => {
  ordering = await RunningOrdering.start();
});
afterAll(() => ordering.close());

const page = async (query: string): Promise<Page> => (await ordering.get(`/orders${query}`)).json<Page>();

async function newOrder(): Promise<Order> {
  const basket = ordering.fillBasket({ 'p-1': 1 });
  return (await ordering.checkout(`key-${basket}`, basket)).json<Order>();
}

describe('the list of orders', () => {
  it('holds each of the 500 seeded orders once, newest first, however long its pages are', async () => {
    const all: Order[] = [];
    let next: string | null = '';
    do {
      const answer: Page = await page(`?limit=77${next && `&cursor=${next}`}`);
      all.push(...answer.items);
      next = answer.next;
    } while (next !== null);
    expect(all).toHaveLength(500);
    expect(new Set(all.map(({ id }) => id)).size).toBe(500);
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('is 20 orders long by default, and can be of one state', async () => {
    expect((await page('')).items).toHaveLength(20);
    const { items, next } = await page('?state=returned&limit=5');
    expect(items.map(({ state }) => state)).toEqual(Array(5).fill('returned'));
    const second = await page(`?state=returned&limit=5&cursor=${next}`);
    expect(second.items.map(({ state }) => state)).toEqual(Array(5).fill('returned'));
    expect(second.items[0]?.createdAt.localeCompare(items[4]?.createdAt ?? '')).toBeLessThan(0);
  });

  it('does not lose its place when new orders come', async () => {
    const first = await page('?limit=3');
    await newOrder();
    const second = await page(`?limit=3&cursor=${first.next}`);
    const whole = await page('?limit=7');
    expect([...first.items, ...second.items]).toEqual(whole.items.slice(1));
  });

  it.each([
    ['?state=lost', 'state'],
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?cursor=nonsense', 'cursor'],
  ])('refuses %s', async (query, field) => {
    const answer = await ordering.get(`/orders${query}`);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
  });
});

describe('one order', () => {
  it('is complete', async () => {
    const order = (await ordering.get('/orders/o-0001')).json<Order>();
    expect(order).toEqual(
      (await page('?limit=100&state=' + order.state)).items.find(({ id }) => id === 'o-0001') ?? order,
    );
    expect(order.totals.amount).toBe(order.lines.reduce((sum, { total }) => sum + total.amount, 0));
    expect(order.history.at(-1)?.state).toBe(order.state);
  });

  it('is a 404 when there is none', async () => {
    const answer = await ordering.get('/orders/o-9999');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect((await ordering.move('o-9999', 'paid')).status).toBe(404);
  });
});

describe('the summary', () => {
  it('counts every state, and earns from what is paid and was not cancelled or returned', async () => {
    const before = (await ordering.get('/orders/summary')).json<OrderSummary>();
    expect(Object.values(before.states).reduce((sum, count) => sum + count, 0)).toBe(before.total);
    expect(before.total).toBeGreaterThanOrEqual(500);
    const { id, totals } = await newOrder();
    const placed = (await ordering.get('/orders/summary')).json<OrderSummary>();
    expect(placed).toEqual({
      states: { ...before.states, placed: before.states.placed + 1 },
      total: before.total + 1,
      revenue: before.revenue,
    });
    await ordering.move(id, 'paid');
    const paid = (await ordering.get('/orders/summary')).json<OrderSummary>();
    expect(paid.revenue).toEqual({ amount: before.revenue.amount + totals.amount, currency: 'EUR' });
  });
});

describe('transitions', () => {
  it('lead through a whole life, each written down', async () => {
    const { id, createdAt } = await newOrder();
    const way = ['paid', 'packed', 'shipped', 'delivered', 'returned'];
    for (const to of way) {
      ordering.clock.advance(1000);
      const answer = await ordering.move(id, to);
      expect([answer.status, answer.json<Order>().state]).toEqual([200, to]);
    }
    const order = (await ordering.get(`/orders/${id}`)).json<Order>();
    expect(order.history.map(({ state }) => state)).toEqual(['placed', ...way]);
    expect(order.updatedAt).toBe(new Date(Date.parse(createdAt) + 5000).toISOString());
    expect(order.history.at(-1)?.at).toBe(order.updatedAt);
  });

  it('that are not allowed are refused, naming those that are', async () => {
    const { id } = await newOrder();
    for (const to of ['placed', 'packed', 'shipped', 'delivered', 'returned']) {
      const answer = await ordering.move(id, to);
      expect([answer.status, fieldsOf(answer)]).toEqual([409, ['to']]);
      expect(answer.text).toContain('paid or cancelled');
    }
    await ordering.move(id, 'cancelled');
    const ended = await ordering.move(id, 'paid');
    expect(ended.status).toBe(409);
    expect(ended.text).toContain('no other state');
  });

  it('happen once when many ask at the same time', async () => {
    const { id } = await newOrder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ordering.move(id, 'paid')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    expect((await ordering.get(`/orders/${id}`)).json<Order>().history).toHaveLength(2);
  });

  it('go to a known state only', async () => {
    const answer = await ordering.move('o-0001', 'lost');
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['to']]);
  });
});

it('documents its endpoints', async () => {
  const { paths } = (await ordering.get('/openapi.json')).json<{ paths: object }>();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/orders', '/orders/summary', '/orders/{id}/transitions']),
  );
});
