import { euros, type Queries } from '@portico/shop-kit';
import { type Order, withTotal } from './order.ts';
import type { OrderState } from './order-states.ts';

interface OrderRow {
  readonly id: string;
  readonly state: OrderState;
  readonly customer: string;
  readonly address: string;
  readonly pieces: number;
  readonly amount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface LineRow {
  readonly orderId: string;
  readonly productId: string;
  readonly variantId: string | null;
  readonly name: string;
  readonly quantity: number;
  readonly amount: number;
}

interface HistoryRow {
  readonly orderId: string;
  readonly state: OrderState;
  readonly at: number;
}

const SELECT = `SELECT id, state, customer, address, pieces, amount, created_at AS createdAt, updated_at AS updatedAt FROM orders`;

const SELECT_LINES = `SELECT order_id AS orderId, product_id AS productId, variant_id AS variantId, name, quantity, unit_amount AS amount
  FROM order_lines WHERE order_id IN (SELECT value FROM json_each(?)) ORDER BY order_id, position`;

const SELECT_HISTORY = `SELECT order_id AS orderId, state, at FROM order_history
  WHERE order_id IN (SELECT value FROM json_each(?)) ORDER BY order_id, position`;

const INSERT = `INSERT INTO orders (id, state, customer, address, pieces, amount, created_at, updated_at)
  SELECT value ->> 'id', value ->> 'state', value -> 'customer', value -> 'address', value ->> '$.totals.pieces',
    value ->> '$.totals.amount', value ->> 'createdAt', value ->> 'updatedAt' FROM json_each(?)`;

const INSERT_LINES = `INSERT INTO order_lines (order_id, position, product_id, variant_id, name, quantity, unit_amount)
  SELECT orders.value ->> 'id', lines.key, lines.value ->> 'productId', lines.value ->> 'variantId', lines.value ->> 'name',
    lines.value ->> 'quantity', lines.value ->> '$.unitPrice.amount'
  FROM json_each(?) AS orders, json_each(orders.value, '$.lines') AS lines`;

const INSERT_HISTORY = `INSERT INTO order_history (order_id, position, state, at)
  SELECT orders.value ->> 'id', history.key, history.value ->> 'state', history.value ->> 'at'
  FROM json_each(?) AS orders, json_each(orders.value, '$.history') AS history`;

/**
 * Reads whole orders.
 *
 * @param rest what follows `FROM orders`: conditions, order and limit, with named parameters
 */
export async function selectOrders(
  queries: Pick<Queries, 'all'>,
  rest: string,
  values: Record<string, string | number>,
): Promise<Order[]> {
  const rows = await queries.all<OrderRow>(`${SELECT} ${rest}`, values);
  const ids = [JSON.stringify(rows.map(({ id }) => id))];
  const lines = byOrder(await queries.all<LineRow>(SELECT_LINES, ids));
  const history = byOrder(await queries.all<HistoryRow>(SELECT_HISTORY, ids));
  return rows.map((row) => orderOf(row, lines.get(row.id) ?? [], history.get(row.id) ?? []));
}

/** Writes whole orders; to be called in a transaction. */
export async function insertOrders(queries: Queries, orders: readonly Order[]): Promise<void> {
  const values = [JSON.stringify(orders.map(stored))];
  for (const sql of [INSERT, INSERT_LINES, INSERT_HISTORY]) await queries.run(sql, values);
}

function stored({ createdAt, updatedAt, history, ...order }: Order): object {
  return {
    ...order,
    createdAt: Date.parse(createdAt),
    updatedAt: Date.parse(updatedAt),
    history: history.map(({ state, at }) => ({ state, at: Date.parse(at) })),
  };
}

function byOrder<T extends { orderId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.orderId, [...(groups.get(row.orderId) ?? []), row]);
  return groups;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function orderOf(row: OrderRow, lines: readonly LineRow[], history: readonly HistoryRow[]): Order {
  const { id, state, pieces, amount, createdAt, updatedAt } = row;
  return {
    id,
    state,
    lines: lines.map(({ productId, variantId, name, quantity, amount: price }) =>
      withTotal({ productId, variantId, name, quantity, unitPrice: euros(price) }),
    ),
    totals: { pieces, ...euros(amount) },
    customer: JSON.parse(row.customer) as Order['customer'],
    address: JSON.parse(row.address) as Order['address'],
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    history: history.map((entry) => ({ state: entry.state, at: iso(entry.at) })),
  };
}
