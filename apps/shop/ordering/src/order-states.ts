/** The states an order goes through, in the order of a normal life. */
export const orderStates = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled'] as const;

/** One of `orderStates`. */
export type OrderState = (typeof orderStates)[number];

const transitions: Readonly<Record<OrderState, readonly OrderState[]>> = {
  placed: ['paid', 'cancelled'],
  paid: ['packed', 'cancelled'],
  packed: ['shipped'],
  shipped: ['delivered'],
  delivered: ['returned'],
  returned: [],
  cancelled: [],
};

/** States an order in `state` may be moved to; none when it has come to its end. */
export function allowedAfter(state: OrderState): readonly OrderState[] {
  return transitions[state];
}

/** Whether an order may be moved from one state to the other. A state does not lead to itself. */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return transitions[from].includes(to);
}
