import { euros, moneySchema } from '@portico/shop-kit';
import { z } from 'zod';
import { orderStates } from './order-states.ts';

const text = (longest: number) => z.string().trim().min(1).max(longest);

/** Who orders. */
export const customerSchema = z.strictObject({ name: text(200), email: z.email().max(254) });

/** Where the order goes. */
export const addressSchema = z.strictObject({
  street: text(200),
  city: text(100),
  postalCode: text(20),
  country: z.string().regex(/^[A-Z]{2}$/, 'is not a country code of two capital letters (ISO 3166-1)'),
});

/** What a client sends to order a basket. */
export const checkoutSchema = z.strictObject({
  // It becomes part of a path in calls to basket, so it holds nothing that could lead to another path.
  basketId: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'is not a basket id'),
  customer: customerSchema,
  address: addressSchema,
});

/** One line of an order, with name and price as they were when it was ordered. */
export const orderLineSchema = z
  .object({
    productId: z.string(),
    variantId: z.string().nullable(),
    name: z.string(),
    quantity: z.number().int().min(1),
    unitPrice: moneySchema,
    total: moneySchema,
  })
  .meta({ id: 'OrderLine' });

/** When an order came into a state. */
const historySchema = z.object({ state: z.enum(orderStates), at: z.iso.datetime() });

/** An order as clients see it. */
export const orderSchema = z
  .object({
    id: z.string(),
    state: z.enum(orderStates),
    lines: z.array(orderLineSchema),
    totals: moneySchema.extend({ pieces: z.number().int() }),
    customer: customerSchema.extend({
      sub: z.string().optional().describe('who ordered, as the identity provider calls them; none for a guest'),
    }),
    address: addressSchema,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    history: z.array(historySchema),
  })
  .meta({ id: 'Order' });

/** Number of orders in each state and in all, and the worth of those that are paid and were not cancelled or returned. */
export const summarySchema = z
  .object({
    states: z.record(z.enum(orderStates), z.number().int()),
    total: z.number().int(),
    revenue: moneySchema,
  })
  .meta({ id: 'OrderSummary' });

/** See {@link checkoutSchema}. */
export type Checkout = z.output<typeof checkoutSchema>;
/** See {@link orderSchema}. */
export type Order = z.output<typeof orderSchema>;
/** See {@link orderLineSchema}. */
export type OrderLine = z.output<typeof orderLineSchema>;
/** See {@link summarySchema}. */
export type OrderSummary = z.output<typeof summarySchema>;
/** A line without what follows from it. */
export type LineInput = Omit<OrderLine, 'total'>;

/** What a new order is made of; `at` is ISO 8601 in UTC. */
export interface NewOrder extends Pick<Order, 'customer' | 'address'> {
  readonly id: string;
  readonly lines: readonly LineInput[];
  readonly at: string;
}

/** A line with its total. */
export const withTotal = (line: LineInput): OrderLine => ({
  ...line,
  total: euros(line.unitPrice.amount * line.quantity),
});

/** Pieces and price of all lines. */
export const totalsOf = (lines: readonly OrderLine[]): Order['totals'] => ({
  pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  ...euros(lines.reduce((sum, { total }) => sum + total.amount, 0)),
});

/** An order that was placed just now. */
export function placedOrder({ id, lines, customer, address, at }: NewOrder): Order {
  const priced = lines.map(withTotal);
  const history = [{ state: 'placed' as const, at }];
  const totals = totalsOf(priced);
  return { id, state: 'placed', lines: priced, totals, customer, address, createdAt: at, updatedAt: at, history };
}
