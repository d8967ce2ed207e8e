import { allowedAfter, mayMove, orderStates, type OrderState } from './order-states.ts';

const documented = new Set([
  'placed>paid',
  'placed>cancelled',
  'paid>packed',
  'paid>cancelled',
  'packed>shipped',
  'shipped>delivered',
  'delivered>returned',
]);

describe('order states', () => {
  const pairs = orderStates.flatMap((from) => orderStates.map((to) => [from, to] as const));

  it.each(pairs)('%s to %s is allowed exactly when the contract lists it', (from, to) => {
    expect(mayMove(from, to)).toBe(documented.has(`${from}>${to}`));
  });

  it('names what is allowed after each state', () => {
    expect(allowedAfter('placed')).toEqual(['paid', 'cancelled']);
    expect(allowedAfter('cancelled')).toEqual([]);
  });

  it('lets every order reach an end', () => {
    const ends = (state: OrderState): boolean => allowedAfter(state).length === 0 || allowedAfter(state).every(ends);
    expect(orderStates.every(ends)).toBe(true);
  });
});
