import type { Queries } from '@portico/shop-kit';
import { insertOrders } from '../order.rows.ts';
import { makeOrders } from './make-orders.ts';

/** Fills a database that has no orders with the 500 of the sample shop. */
export async function seed(queries: Queries): Promise<void> {
  if (await queries.first('SELECT 1 FROM orders LIMIT 1')) return;
  await insertOrders(queries, makeOrders());
}
