/** What the screen reads of an order. */
export interface Order {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string;
  readonly lines: readonly { readonly name: string; readonly quantity: number }[];
  readonly totals: { readonly pieces: number; readonly amount: number; readonly currency: string };
}

/** An order as the phone shows it. */
export function toOrder({ order }: { readonly order: Order }): object {
  const { id, state, createdAt, lines, totals } = order;
  return { id, state, createdAt, lines: lines.map(({ name, quantity }) => ({ name, quantity })), ...totals };
}
