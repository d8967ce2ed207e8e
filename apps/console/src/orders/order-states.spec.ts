import { movesOf, ORDER_STATES, type OrderState, stateFrom } from './order-states.ts';

it('offers the moves that docs/shop.md allows', () => {
  const moves = Object.fromEntries(ORDER_STATES.map((state) => [state, movesOf(state).map(({ to }) => to)]));
  expect(moves).toEqual({
    placed: ['paid', 'cancelled'],
    paid: ['packed', 'cancelled'],
    packed: ['shipped'],
    shipped: ['delivered'],
    delivered: ['returned'],
    returned: [],
    cancelled: [],
  });
});

it('asks before what cannot be taken back', () => {
  const final = ORDER_STATES.flatMap(movesOf).filter((move) => move.final);
  expect(new Set(final.map(({ to }) => to))).toEqual(new Set(['cancelled', 'returned']));
});

it('offers nothing for a state that it does not know', () => {
  expect(movesOf('lost' as OrderState)).toEqual([]);
  expect([stateFrom('paid'), stateFrom('lost'), stateFrom(null)]).toEqual(['paid', '', '']);
});
