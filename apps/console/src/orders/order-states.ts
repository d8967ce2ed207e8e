/** The states of an order, in the order of a normal life. */
export const ORDER_STATES = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled'] as const;

/** One of `ORDER_STATES`. */
export type OrderState = (typeof ORDER_STATES)[number];

/** A move of an order: where to, what the button says, and whether it ends the order's way for good. */
export type Move = { to: OrderState; label: string; final?: true };

const CANCEL: Move = { to: 'cancelled', label: 'Cancel', final: true };

const MOVES: Readonly<Record<OrderState, readonly Move[]>> = {
  placed: [{ to: 'paid', label: 'Mark paid' }, CANCEL],
  paid: [{ to: 'packed', label: 'Mark packed' }, CANCEL],
  packed: [{ to: 'shipped', label: 'Mark shipped' }],
  shipped: [{ to: 'delivered', label: 'Mark delivered' }],
  delivered: [{ to: 'returned', label: 'Take back', final: true }],
  returned: [],
  cancelled: [],
};

/** What can be done with an order in a state; the service has the last word. None for a state that the console does not know. */
export const movesOf = (state: OrderState): readonly Move[] => MOVES[state] ?? [];

/** A state that an address names; empty for any other text. */
export const stateFrom = (text: string | null): OrderState | '' => ORDER_STATES.find((state) => state === text) ?? '';
