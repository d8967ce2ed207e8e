import { request } from './http.ts';
import type { NewOrder } from './ordering.ts';
import type { Address, Basket, List, Order, ProductSummary } from './types.ts';

/** Where parcels go and who they are for. */
export type NewAddress = Address & { name: string };

/** An address that the customer keeps. */
export type SavedAddress = NewAddress & { id: string };

const ORDERS = '/api/account/orders';
const ADDRESSES = '/api/account/addresses';
const BASKET = '/api/account/basket';

/** One page of the customer's orders, newest first. */
export async function listOrders(cursor: string | null, signal?: AbortSignal): Promise<List<Order>> {
  const parameters = new URLSearchParams({ limit: '10', ...(cursor !== null && { cursor }) });
  return (await request<List<Order>>(`${ORDERS}?${parameters}`, { signal })).data;
}

/** One of the customer's orders, and what the catalog knows of its products: nothing, when it cannot be asked. */
export async function loadAccountOrder(id: string, signal: AbortSignal) {
  const order = (await request<Order>(`${ORDERS}/${encodeURIComponent(id)}`, { signal })).data;
  const ids = [...new Set(order.lines.map(({ productId }) => productId))].slice(0, 100);
  const products = await request<List<ProductSummary>>(`/api/catalog/products?ids=${ids.join(',')}`, { signal }).then(
    ({ data }) => data.items,
    () => [],
  );
  return { order, products };
}

/** Places an order of the customer; sent again with the same key and order, it is still placed once. */
export async function placeAccountOrder(order: NewOrder, idempotencyKey: string): Promise<Order> {
  const headers = { 'idempotency-key': idempotencyKey };
  return (await request<Order>(ORDERS, { method: 'POST', body: order, headers })).data;
}

/** The addresses that the customer keeps. */
export async function listAddresses(signal: AbortSignal): Promise<SavedAddress[]> {
  return (await request<List<SavedAddress>>(ADDRESSES, { signal })).data.items;
}

/** Keeps an address: a new one, or a changed one when it has an id. */
export async function saveAddress(address: NewAddress, id?: string): Promise<SavedAddress> {
  if (id === undefined) return (await request<SavedAddress>(ADDRESSES, { method: 'POST', body: address })).data;
  const path = `${ADDRESSES}/${encodeURIComponent(id)}`;
  return (await request<SavedAddress>(path, { method: 'PUT', body: address })).data;
}

/** Forgets an address. */
export async function removeAddress(id: string): Promise<void> {
  await request(`${ADDRESSES}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** The customer's basket; an empty one when there was none. */
export async function accountBasket(): Promise<Basket> {
  return (await request<Basket>(BASKET)).data;
}

/** Puts what is in a guest's basket into the customer's, and answers that one. */
export async function adoptBasket(basketId: string): Promise<Basket> {
  return (await request<Basket>(BASKET, { method: 'POST', body: { basketId } })).data;
}
