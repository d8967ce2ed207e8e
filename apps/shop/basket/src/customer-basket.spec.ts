import { httpRequest } from '@portico/testing';
import { fieldsOf, RunningBasket } from '../test/running-basket.ts';
import type { Basket } from './basket.ts';

const DAY = 24 * 60 * 60 * 1000;
let service: RunningBasket;

beforeAll(async () => {
  service = await RunningBasket.start();
});
afterAll(() => service.close());

const quantities = ({ lines }: Basket): Record<string, number> =>
  Object.fromEntries(lines.map(({ productId, variantId, quantity }) => [variantId ?? productId, quantity]));

async function guestBasket(lines: Record<string, number>): Promise<Basket> {
  const { id } = await service.create();
  for (const [productId, quantity] of Object.entries(lines)) await service.add(id, productId, quantity);
  return service.read(id);
}

describe("a customer's basket", () => {
  it('is made when it is asked for, and is the same from then on', async () => {
    const basket = await service.of('ada');
    expect(basket).toMatchObject({ lines: [], totals: { pieces: 0 } });
    expect(await service.of('ada')).toEqual(basket);
    expect((await service.of('bea')).id).not.toBe(basket.id);
  });

  it('is filled like any other, and begins anew when it was bought or its time is over', async () => {
    const { id } = await service.of('cleo');
    await service.add(id, 'p-1', 2);
    expect(quantities(await service.of('cleo'))).toEqual({ 'p-1': 2 });
    await service.send('DELETE', `/baskets/${id}`);
    const next = await service.of('cleo');
    expect(next).toMatchObject({ lines: [] });
    service.clock.advance(7 * DAY);
    const later = await service.of('cleo');
    expect(new Set([id, next.id, later.id]).size).toBe(3);
  });

  it('is one, however many ask for it at the same time', async () => {
    const baskets = await Promise.all(Array.from({ length: 12 }, () => service.of('dora')));
    expect(new Set(baskets.map(({ id }) => id)).size).toBe(1);
  });

  it.each([
    ['no user', undefined],
    ['an empty user', ''],
    ['two users', 'ada, bea'],
    ['a user with a control character', 'ada\tbea'],
    ['a user of 256 characters', 'a'.repeat(256)],
  ])('is refused with 401 for %s', async (_, user) => {
    const guest = await guestBasket({ 'p-1': 1 });
    const answers = [
      await service.send('GET', '/customers/me/basket', undefined, user),
      await service.send('POST', '/customers/me/basket', { basketId: guest.id }, user),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBeDefined();
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect(await service.read(guest.id)).toEqual(guest);
  });

  it('is refused when the field comes twice', async () => {
    const headers = ['x-user-id', 'ada', 'X-User-Id', 'bea'];
    expect((await httpRequest(`${service.url}/customers/me/basket`, { headers })).status).toBe(401);
  });
});

describe('adopting a basket', () => {
  it('moves a guest basket into an empty one under an id that the guest did not know', async () => {
    const guest = await guestBasket({ 'p-1': 2, 'p-2': 1 });
    const answer = await service.adopt('eva', guest.id);
    const basket = answer.json<Basket>();
    expect(answer.status).toBe(200);
    expect(basket.id).not.toBe(guest.id);
    expect(basket.lines).toEqual(guest.lines);
    expect(basket.totals).toEqual(guest.totals);
    expect(await service.of('eva')).toEqual(basket);
    expect((await service.send('GET', `/baskets/${guest.id}`)).status).toBe(404);
  });

  it('adds up what both hold, and changes nothing the second time', async () => {
    const { id } = await service.of('fay');
    await service.add(id, 'p-1', 2);
    await service.add(id, 'p-3', 1, 'p-3-v1');
    const { id: guestId } = await guestBasket({ 'p-1': 3, 'p-2': 1, 'p-3': 1 });
    await service.add(guestId, 'p-3', 4, 'p-3-v1');
    const merged = (await service.adopt('fay', guestId)).json<Basket>();
    expect(quantities(merged)).toEqual({ 'p-1': 5, 'p-3-v1': 5, 'p-2': 1, 'p-3': 1 });
    expect((await service.adopt('fay', guestId)).json<Basket>()).toEqual(merged);
    expect((await service.adopt('fay', id)).json<Basket>()).toEqual(merged);
  });

  it('happens once when asked many times at once', async () => {
    const guest = await guestBasket({ 'p-1': 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.adopt('gil', guest.id)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(quantities(await service.of('gil'))).toEqual({ 'p-1': 3 });
  });

  it('keeps the bounds: 99 pieces of a line, 50 lines', async () => {
    const { id } = await service.of('hal');
    for (let number = 1; number <= 49; number++) await service.add(id, `p-${number}`, 60);
    const guest = await guestBasket({ 'p-50': 1, 'p-51': 1, 'p-1': 60 });
    const { lines } = (await service.adopt('hal', guest.id)).json<Basket>();
    expect(lines).toHaveLength(50);
    expect([lines[0]?.quantity, lines[1]?.quantity, lines[49]?.productId]).toEqual([99, 60, 'p-50']);
  });

  it("leaves another customer's basket alone", async () => {
    const other = await service.of('ida');
    await service.add(other.id, 'p-1', 1);
    expect((await service.adopt('jo', other.id)).json<Basket>().lines).toEqual([]);
    expect((await service.of('ida')).totals.pieces).toBe(1);
  });

  it('of an unknown or expired basket is harmless; what is no id is refused', async () => {
    const expired = await guestBasket({ 'p-1': 1 });
    service.clock.advance(7 * DAY);
    for (const id of [expired.id, 'nobody']) {
      const answer = await service.adopt('kim', id);
      expect([answer.status, answer.json<Basket>().lines]).toEqual([200, []]);
    }
    const bad = await service.adopt('kim', '../x');
    expect([bad.status, fieldsOf(bad)]).toEqual([400, ['basketId']]);
  });
});

it('documents the calls of customers', async () => {
  const { paths } = (await service.send('GET', '/openapi.json')).json<{ paths: Record<string, object> }>();
  expect(Object.keys(paths['/customers/me/basket'] ?? {})).toEqual(['get', 'post']);
});
