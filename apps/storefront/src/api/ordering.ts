import { request } from './http.ts';
import type { Address, Order } from './types.ts';

/** Everything a guest must tell to buy a basket. */
export type NewOrder = { basketId: string; customer: { name: string; email: string }; address: Address };

/** Places an order; sent again with the same key and order, it is still placed once. */
export async function placeOrder(order: NewOrder, idempotencyKey: string): Promise<Order> {
  const headers = { 'idempotency-key': idempotencyKey };
  return (await request<Order>('/api/ordering/orders', { method: 'POST', body: order, headers })).data;
}
