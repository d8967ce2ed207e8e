import { checkoutOf, fieldsOf, RunningOrdering } from '../../test/running-ordering.ts';
import type { Order } from '../order.ts';
import { accounts } from '../seed/accounts.ts';

interface Page {
  items: Order[];
  next: string | null;
}

let ordering: RunningOrdering;

beforeAll(async () => {
  ordering = await RunningOrdering.start();
});
afterAll(() => ordering.close());

const list = async (sub: string, query = ''): Promise<Page> =>
  (await ordering.as(sub, 'GET', `/orders${query}`)).json<Page>();
const place = (sub: string, key: string, basket: string) =>
  ordering.as(sub, 'POST', '/orders', { key, body: checkoutOf(basket) });

const [ALICE, BOB] = accounts.map(({ customer }) => customer.sub) as [string, string];

describe('the orders of a customer', () => {
  it('of the seed are there, newest first, with nobody else among them', async () => {
    for (const { customer, orderIds } of accounts) {
      const { items, next } = await list(customer.sub);
      expect(items.map(({ id }) => id)).toEqual([...orderIds].reverse());
      expect(new Set(items.map((order) => order.customer.sub))).toEqual(new Set([customer.sub]));
      expect(next).toBeNull();
    }
    expect((await list('nobody-yet')).items).toEqual([]);
  });

  it('come page by page', async () => {
    const { items } = await list(ALICE);
    const first = await list(ALICE, '?limit=2');
    const second = await list(ALICE, `?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(items.slice(0, 4));
    const bad = await ordering.as(ALICE, 'GET', '/orders?cursor=nonsense');
    expect([bad.status, fieldsOf(bad)]).toEqual([400, ['cursor']]);
  });

  it("are the customer's only: another's order and a guest's are as unknown as none", async () => {
    const [mine] = (await list(ALICE)).items;
    const guest = (await ordering.checkout('key-g', ordering.fillBasket({ 'p-1': 1 }))).json<Order>();
    expect((await ordering.as(ALICE, 'GET', `/orders/${mine?.id}`)).json<Order>()).toEqual(mine);
    for (const [sub, id] of [
      [BOB, mine?.id],
      [ALICE, guest.id],
      [ALICE, 'o-9999'],
    ] as const) {
      const answer = await ordering.as(sub, 'GET', `/orders/${id}`);
      expect([answer.status, answer.text.includes('example')]).toEqual([404, false]);
    }
  });

  it('are not shown to guests, who see those that were placed without an account', async () => {
    const guest = (await ordering.checkout('key-h', ordering.fillBasket({ 'p-1': 1 }))).json<Order>();
    expect(guest.customer).not.toHaveProperty('sub');
    expect((await ordering.get(`/guests/orders/${guest.id}`)).json<Order>()).toEqual(guest);
    expect((await ordering.get('/guests/orders/o-0061')).status).toBe(404);
  });
});

describe('the checkout of a customer', () => {
  it('places the order under their name, for their list and their eyes', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    const answer = await place('cleo', 'key-1', basket);
    const order = answer.json<Order>();
    expect(answer.status).toBe(201);
    expect(order.customer).toEqual({ name: 'Ada Lovelace', email: 'ada@example.com', sub: 'cleo' });
    expect((await list('cleo')).items).toEqual([order]);
    expect((await ordering.get(`/orders/${order.id}`)).json<Order>()).toEqual(order);
    expect(ordering.shop.baskets.has(basket)).toBe(false);
  });

  it('happens once for a key, also for ten requests at once, and another body is a 422', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => place('dora', 'key-1', basket)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const other = await place('dora', 'key-1', ordering.fillBasket({ 'p-2': 1 }));
    expect([other.status, fieldsOf(other)]).toEqual([422, ['idempotency-key']]);
  });

  it('has keys of its own: the same key of another customer or of a guest is another checkout', async () => {
    const answers = [
      await place('eva', 'key-same', ordering.fillBasket({ 'p-1': 1 })),
      await place('fay', 'key-same', ordering.fillBasket({ 'p-1': 1 })),
      await ordering.checkout('key-same', ordering.fillBasket({ 'p-1': 1 })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.json<Order>().id)).size).toBe(3);
  });

  it('takes the customer from the token alone', async () => {
    const body = {
      ...checkoutOf(ordering.fillBasket({ 'p-1': 1 })),
      customer: { name: 'A', email: 'a@b.example', sub: BOB },
    };
    const answer = await ordering.as('gil', 'POST', '/orders', { key: 'key-1', body });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['customer.sub']]);
    const guest = await ordering.post('/orders', body, { 'idempotency-key': 'key-z' });
    expect([guest.status, fieldsOf(guest)]).toEqual([400, ['customer.sub']]);
  });
});

it('documents the calls of customers', async () => {
  const { paths } = (await ordering.get('/openapi.json')).json<{ paths: Record<string, object> }>();
  expect(Object.keys(paths['/customers/me/orders'] ?? {})).toEqual(['get', 'post']);
  expect(Object.keys(paths['/customers/me/addresses/{id}'] ?? {})).toEqual(['put', 'delete']);
});
