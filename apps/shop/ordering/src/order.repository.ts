import { Injectable } from '@nestjs/common';
import { Database, euros } from '@portico/shop-kit';
import type { Order, OrderSummary } from './order.ts';
import { selectOrders } from './order.rows.ts';
import { orderStates, type OrderState } from './order-states.ts';

/** Which orders of the list, newest first: at most `count` after the one with these keys. */
export interface OrderPage {
  readonly state?: OrderState | undefined;
  /** Those of this customer only. */
  readonly sub?: string | undefined;
  readonly after?: readonly [createdAt: number, id: string] | undefined;
  readonly count: number;
}

/** As the index `orders_of_customer` has it. */
const CUSTOMER = `customer ->> 'sub'`;

/** States whose orders are worth money to the shop. */
const EARNING: ReadonlySet<OrderState> = new Set(['paid', 'packed', 'shipped', 'delivered']);

/** Orders in the database. */
@Injectable()
export class OrderRepository {
  constructor(private readonly database: Database) {}

  /** One order, if there is such. */
  async find(id: string): Promise<Order | undefined> {
    return (await selectOrders(this.database, 'WHERE id = :id', { id }))[0];
  }

  /** Orders newest first. */
  list({ state, sub, after, count }: OrderPage): Promise<Order[]> {
    const [createdAt, id] = after ?? [0, ''];
    const conditions = [
      state && 'state = :state',
      sub && `${CUSTOMER} = :sub`,
      after && '(created_at, id) < (:createdAt, :id)',
    ].filter(Boolean);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const values = { count, ...(state && { state }), ...(sub && { sub }), ...(after && { createdAt, id }) };
    return selectOrders(this.database, `${where} ORDER BY created_at DESC, id DESC LIMIT :count`, values);
  }

  /** Counts by state, and what the orders earn. */
  async summary(): Promise<OrderSummary> {
    const rows = await this.database.all<{ state: OrderState; count: number; amount: number }>(
      'SELECT state, COUNT(*) AS count, SUM(amount) AS amount FROM orders GROUP BY state',
    );
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    return {
      states: Object.fromEntries(orderStates.map((state) => [state, counts.get(state) ?? 0])) as OrderSummary['states'],
      total: rows.reduce((sum, { count }) => sum + count, 0),
      revenue: euros(rows.reduce((sum, { state, amount }) => (EARNING.has(state) ? sum + amount : sum), 0)),
    };
  }

  /** Moves an order to another state, unless it left `from` meanwhile. @returns whether it was moved */
  move(id: string, from: OrderState, to: OrderState, now: number): Promise<boolean> {
    return this.database.transaction(async (queries) => {
      const sql = 'UPDATE orders SET state = ?, updated_at = ? WHERE id = ? AND state = ?';
      if ((await queries.run(sql, [to, now, id, from])) === 0) return false;
      await queries.run(
        `INSERT INTO order_history (order_id, position, state, at)
         SELECT :id, MAX(position) + 1, :to, :now FROM order_history WHERE order_id = :id`,
        { id, to, now },
      );
      return true;
    });
  }
}
