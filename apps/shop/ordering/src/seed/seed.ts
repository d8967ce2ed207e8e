import type { Queries } from '@portico/shop-kit';
import { insertAddress } from '../customers/address.repository.ts';
import { insertOrders } from '../order.rows.ts';
import { accounts } from './accounts.ts';
import { makeOrders } from './make-orders.ts';

/** Fills a database that has no orders with the 500 of the sample shop, and gives some of them to its accounts, if no order has one. */
export async function seed(queries: Queries): Promise<void> {
  if (!(await queries.first('SELECT 1 FROM orders LIMIT 1'))) await insertOrders(queries, makeOrders());
  if (await queries.first("SELECT 1 FROM orders WHERE customer ->> 'sub' IS NOT NULL LIMIT 1")) return;
  for (const { customer, address, orderIds } of accounts) {
    const { street, city, postalCode, country } = address;
    const there = JSON.stringify({ street, city, postalCode, country });
    await queries.run('UPDATE orders SET customer = ?, address = ? WHERE id IN (SELECT value FROM json_each(?))', [
      JSON.stringify(customer),
      there,
      JSON.stringify(orderIds),
    ]);
    await insertAddress(queries, customer.sub, address);
  }
}
