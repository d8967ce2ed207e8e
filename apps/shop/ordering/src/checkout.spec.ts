import { checkoutOf, fieldsOf, RunningOrdering } from '../test/running-ordering.ts';
import type { Order } from './order.ts';

// Each test starts ordering anew.
jest.setTimeout(30_000);

let ordering: RunningOrdering;

beforeEach(async () => {
  ordering = await RunningOrdering.start();
});
afterEach(() => ordering.close());

describe('a checkout', () => {
  it('places an order: pieces sold, basket deleted', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2, 'p-2': 1 });
    const answer = await ordering.checkout('key-1', basket);
    const order = answer.json<Order>();
    const at = new Date(ordering.clock.epoch()).toISOString();
    expect(answer.status).toBe(201);
    expect(order).toMatchObject({
      id: expect.stringMatching(/^o-[A-Za-z0-9_-]{22}$/) as string,
      state: 'placed',
      lines: [
        { productId: 'p-1', variantId: null, name: 'Product p-1', quantity: 2, total: { amount: 2500 } },
        { productId: 'p-2', quantity: 1, unitPrice: { amount: 1250, currency: 'EUR' } },
      ],
      totals: { pieces: 3, amount: 3750, currency: 'EUR' },
      customer: { name: 'Ada Lovelace' },
      createdAt: at,
      history: [{ state: 'placed', at }],
    });
    expect((await ordering.get(`/orders/${order.id}`)).json<Order>()).toEqual(order);
    expect((await ordering.newOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect(ordering.shop.calls).toEqual(['read basket', 'reserve', 'commit', 'delete basket']);
    expect(ordering.shop.pieces('committed')).toBe(3);
    expect(ordering.shop.baskets.has(basket)).toBe(false);
  });

  it('needs a key', async () => {
    const body = checkoutOf(ordering.fillBasket({ 'p-1': 1 }));
    const answer = await ordering.post('/orders', body);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['idempotency-key']]);
    const long = await ordering.post('/orders', body, { 'idempotency-key': 'x'.repeat(256) });
    expect(long.status).toBe(400);
    expect(ordering.shop.calls).toEqual([]);
  });

  it('names every field at fault', async () => {
    const answer = await ordering.checkout('key-1', 'a/../b', { customer: { name: '', email: 'x' }, coupon: 1 });
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer).sort()).toEqual(['basketId', 'coupon', 'customer.email', 'customer.name']);
  });

  it('of an empty basket is a 409, of an unknown one a 422; both leave the key free', async () => {
    const empty = await ordering.checkout('key-1', ordering.fillBasket({}));
    expect(empty.status).toBe(409);
    const unknown = await ordering.checkout('key-1', 'nobody');
    expect([unknown.status, fieldsOf(unknown)]).toEqual([422, ['basketId']]);
    expect((await ordering.checkout('key-1', ordering.fillBasket({ 'p-1': 1 }))).status).toBe(201);
  });

  it('with too little stock is a 409 that names the lines; with more stock the same key goes through', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1, 'p-2': 3 }, 2);
    const answer = await ordering.checkout('key-1', basket);
    expect([answer.status, fieldsOf(answer)]).toEqual([409, ['lines.1.quantity']]);
    expect(await ordering.newOrders()).toEqual([]);
    expect(ordering.shop.baskets.has(basket)).toBe(true);
    ordering.shop.stock.set('p-2', 3);
    expect((await ordering.checkout('key-1', basket)).status).toBe(201);
  });
});

describe('an idempotency key', () => {
  it('gives one order to ten requests at the same time', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ordering.checkout('key-1', basket)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await ordering.newOrders()).toHaveLength(1);
    expect(ordering.shop.pieces('committed')).toBe(1);
  });

  it('gives the same answer again, whatever became of the order, its fields in any order', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const first = await ordering.checkout('key-1', basket);
    await ordering.move(first.json<Order>().id, 'paid');
    const body = Object.fromEntries(Object.entries(checkoutOf(basket)).reverse());
    const again = await ordering.post('/orders', body, { 'idempotency-key': 'key-1' });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(ordering.shop.calls.filter((step) => step === 'reserve')).toHaveLength(1);
  });

  it('belongs to one body: another one is a 422, also while the first is under way', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const change = { customer: { name: 'Eve', email: 'eve@example.com' } };
    const under = ordering.checkout('key-1', basket);
    const answers = [await ordering.checkout('key-1', basket, change), await under];
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    const late = await ordering.checkout('key-1', basket, change);
    expect([late.status, fieldsOf(late)]).toEqual([422, ['idempotency-key']]);
    expect(await ordering.newOrders()).toHaveLength(1);
  });

  it('is not the only thing that keeps a basket from being ordered twice', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const keys = Array.from({ length: 6 }, (_, index) => `key-${index}`);
    const answers = await Promise.all(keys.map((key) => ordering.checkout(key, basket)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(5);
    expect(refused.every(({ headers, text }) => headers['retry-after'] === '1' || text.includes('already'))).toBe(true);
    expect((await ordering.checkout('key-9', basket)).status).toBe(409);
    expect(await ordering.newOrders()).toHaveLength(1);
  });

  it('is remembered for a day', async () => {
    const basket = ordering.fillBasket({ 'p-1': 1 });
    const first = await ordering.checkout('key-1', basket);
    ordering.clock.advance(24 * 3_600_000 - 30_000);
    expect((await ordering.checkout('key-1', basket)).text).toBe(first.text);
    ordering.clock.advance(60_000);
    let status = 201;
    for (let attempt = 0; attempt < 200 && status === 201; attempt++) {
      status = (await ordering.checkout('key-1', basket)).status;
    }
    expect(status).toBe(422);
    expect(await ordering.newOrders()).toHaveLength(1);
  });
});
