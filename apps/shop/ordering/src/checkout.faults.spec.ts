import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@portico/testing';
import type { Fault, Step } from '../test/fake-shop.ts';
import { RunningOrdering } from '../test/running-ordering.ts';
import type { Order } from './order.ts';

// Each test starts ordering anew, some twice.
jest.setTimeout(30_000);

let folder: string;
let ordering: RunningOrdering;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-ordering-'));
  ordering = await RunningOrdering.start(folder);
});
afterEach(async () => {
  await ordering.close();
  await rm(folder, { recursive: true });
});

function breaks(faults: Partial<Record<Step, Fault>>): void {
  ordering.shop.faults.clear();
  for (const [step, fault] of Object.entries(faults)) ordering.shop.faults.set(step as Step, fault);
}

/** Lets minutes pass until ordering, which looks again a minute after its last look, has done something. */
const aMinuteLater = (check: () => boolean): Promise<boolean> =>
  eventually(() => {
    ordering.clock.advance(60_000);
    return check();
  }, 10_000);

describe('a failing sibling', () => {
  it.each([
    ['read basket', 'fails'],
    ['read basket', 'answer lost'],
    ['reserve', 'fails'],
    ['reserve', 'answer lost'],
    ['commit', 'fails'],
  ] as const)('%s: %s gives a 502 and no order; the same key goes through later', async (step, fault) => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    breaks({ [step]: fault });
    const answer = await ordering.checkout('key-1', basket);
    expect(answer.status).toBe(502);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(await ordering.newOrders()).toEqual([]);
    expect(ordering.shop.pieces('committed')).toBe(0);
    expect(ordering.shop.baskets.has(basket)).toBe(true);
    breaks({});
    expect((await ordering.checkout('key-1', basket)).status).toBe(201);
    expect(ordering.shop.pieces('committed')).toBe(2);
  });

  it('that fails to commit has its reservation released', async () => {
    breaks({ commit: 'fails' });
    await ordering.checkout('key-1', ordering.fillBasket({ 'p-1': 2 }));
    expect([ordering.shop.pieces('held'), ordering.shop.pieces('released')]).toEqual([0, 2]);
  });

  it('that commits but loses the answer leads to the order all the same', async () => {
    breaks({ commit: 'answer lost' });
    const answer = await ordering.checkout('key-1', ordering.fillBasket({ 'p-1': 2 }));
    expect(answer.status).toBe(201);
    expect(ordering.shop.pieces('committed')).toBe(2);
    expect(await ordering.newOrders()).toHaveLength(1);
  });

  it('whose reservation ran out gives a 409 and no order', async () => {
    breaks({ commit: 'fails', release: 'fails' });
    const basket = ordering.fillBasket({ 'p-1': 2 });
    await ordering.checkout('key-1', basket);
    ordering.shop.reservations.clear();
    breaks({});
    expect((await ordering.checkout('key-1', basket)).status).toBe(409);
    expect(await ordering.newOrders()).toEqual([]);
    expect((await ordering.checkout('key-1', basket)).status).toBe(201);
  });

  it.each(['fails', 'answer lost'] as const)(
    'that does not delete the basket (%s) does not stop the order, and is asked again',
    async (fault) => {
      breaks({ 'delete basket': fault });
      const basket = ordering.fillBasket({ 'p-1': 1 });
      expect((await ordering.checkout('key-1', basket)).status).toBe(201);
      expect((await ordering.checkout('key-2', basket)).status).toBe(409);
      breaks({});
      const deletions = (): number => ordering.shop.calls.filter((step) => step === 'delete basket').length;
      await aMinuteLater(() => deletions() === 2);
      expect(ordering.shop.baskets.has(basket)).toBe(false);
    },
  );
});

describe('when it is open whether the pieces were sold', () => {
  it('the client is told to ask again, and the same key then gets its order', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    breaks({ commit: 'answer lost', release: 'fails' });
    const answer = await ordering.checkout('key-1', basket);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(await ordering.newOrders()).toEqual([]);
    breaks({});
    expect((await ordering.checkout('key-1', basket)).status).toBe(201);
    expect(await ordering.newOrders()).toHaveLength(1);
    expect(ordering.shop.pieces('committed')).toBe(2);
  });

  it('a start anew places the order that was sold', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    breaks({ commit: 'answer lost', release: 'fails' });
    await ordering.checkout('key-1', basket);
    breaks({});
    await ordering.restart();
    await eventually(() => !ordering.shop.baskets.has(basket), 10_000);
    const [order] = await ordering.newOrders();
    expect((await ordering.checkout('key-1', basket)).json<Order>().id).toBe(order?.id);
    expect(ordering.shop.pieces('committed')).toBe(2);
  });

  it('a start anew gives back what was not sold, and frees key and basket', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    breaks({ commit: 'fails', release: 'fails' });
    await ordering.checkout('key-1', basket);
    expect(ordering.shop.pieces('held')).toBe(2);
    breaks({});
    await ordering.restart();
    await eventually(() => ordering.shop.pieces('released') === 2, 10_000);
    expect(await ordering.newOrders()).toEqual([]);
    await ordering.restart();
    expect((await ordering.checkout('key-2', basket)).status).toBe(201);
  });

  it('recovery waits for siblings that are still away', async () => {
    const basket = ordering.fillBasket({ 'p-1': 2 });
    breaks({ commit: 'answer lost', release: 'fails' });
    await ordering.checkout('key-1', basket);
    await ordering.restart();
    await eventually(() => ordering.shop.calls.filter((step) => step === 'release').length >= 2, 10_000);
    breaks({});
    await aMinuteLater(() => !ordering.shop.baskets.has(basket));
    expect(await ordering.newOrders()).toHaveLength(1);
  });
});
