import { orderSchema } from '../order.ts';
import { mayMove, orderStates } from '../order-states.ts';
import { makeOrders } from './make-orders.ts';

const orders = makeOrders();

describe('the seeded orders', () => {
  it('are 500, the same each time, and what the contract calls an order', () => {
    expect(orders).toHaveLength(500);
    expect(makeOrders()).toEqual(orders);
    for (const order of orders) orderSchema.parse(order);
  });

  it('lie within the twelve months before a fixed date, more of them in the last weeks', () => {
    const times = orders.map(({ createdAt }) => Date.parse(createdAt));
    expect(Math.min(...times)).toBeGreaterThan(Date.parse('2025-11-20T00:00:00Z'));
    expect(Math.max(...orders.map(({ updatedAt }) => Date.parse(updatedAt)))).toBeLessThan(Date.parse('2026-11-21'));
    expect(times.filter((time) => time > Date.parse('2026-10-20')).length).toBeGreaterThan(60);
  });

  it('are in every state, most of them delivered', () => {
    const count = (state: string): number => orders.filter((order) => order.state === state).length;
    for (const state of orderStates) expect(count(state)).toBeGreaterThan(0);
    expect(count('delivered')).toBeGreaterThan(350);
  });

  it('came into their states by allowed transitions, one after another', () => {
    for (const { history, state, createdAt, updatedAt } of orders) {
      expect(history[0]).toEqual({ state: 'placed', at: createdAt });
      expect(history.at(-1)).toEqual({ state, at: updatedAt });
      for (const [index, { state: to, at }] of history.entries()) {
        const from = history[index - 1];
        if (from) expect([mayMove(from.state, to), from.at < at]).toEqual([true, true]);
      }
    }
  });

  it('belong to many believable customers', () => {
    expect(new Set(orders.map(({ customer }) => customer.name)).size).toBeGreaterThan(150);
    for (const { customer } of orders) expect(customer.email).toMatch(/^[a-z]+\.[a-z]+@example\.com$/);
  });
});
