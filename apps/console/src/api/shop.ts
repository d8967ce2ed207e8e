import type { OrderState } from '../orders/order-states.ts';
import { request } from './http.ts';

/** An amount in minor units (cents) of an ISO 4217 currency. */
export type Money = { amount: number; currency: string };

/** One page of a list; `next` is the cursor of the page after it, null at the end. */
export type List<T> = { items: T[]; next: string | null };

/** A placed order, as far as the console shows it; `sub` is the customer's account, if they have one. */
export type Order = {
  id: string;
  state: OrderState;
  totals: Money & { pieces: number };
  customer: { name: string; email: string; sub?: string };
  createdAt: string;
};

/** The name of a product. */
export type ProductName = { id: string; name: string };

/** What staff look at first; a part that could not be had is null. */
export type Dashboard = {
  orders: { states: Record<OrderState, number>; total: number; revenue: Money };
  shortages: List<{ productId: string; available: number }> | null;
  reviews: List<{ id: string; productId: string; author: string; rating: number; title: string }> | null;
  /** The products of `shortages`, by name, and those of `reviews`. */
  scarce: ProductName[] | null;
  reviewed: ProductName[] | null;
};

const ORDERS = '/api/ordering/orders';

/** The first page's numbers. */
export const loadDashboard = (signal: AbortSignal): Promise<Dashboard> =>
  request<Dashboard>('/api/dashboard', { signal });

/** A page of orders, newest first. @param state those in this state only; empty for all */
export function listOrders(state: string, cursor: string | null, signal?: AbortSignal): Promise<List<Order>> {
  const parameters = new URLSearchParams({ limit: '25', ...(state && { state }), ...(cursor !== null && { cursor }) });
  return request<List<Order>>(`${ORDERS}?${parameters}`, { signal });
}

/** Moves an order to another state. */
export const moveOrder = (id: string, to: OrderState): Promise<Order> =>
  request<Order>(`${ORDERS}/${encodeURIComponent(id)}/transitions`, { method: 'POST', body: { to } });

/** Where a product lies, and what it is called and costs; `product` is null when the catalog does not know it. */
export type StockedProduct = {
  product: (ProductName & { price: Money; category: { name: string } }) | null;
  stock: { available: number; warehouses: { id: string; name: string; available: number }[] };
};

/** A product with its stock by warehouse. */
export async function loadProduct(id: string, signal: AbortSignal): Promise<StockedProduct> {
  type Found = List<NonNullable<StockedProduct['product']>>;
  const [found, stock] = await Promise.all([
    request<Found>(`/api/catalog/products?ids=${encodeURIComponent(id)}`, { signal }),
    request<StockedProduct['stock']>(`/api/inventory/stock/${encodeURIComponent(id)}`, { signal }),
  ]);
  return { product: found.items[0] ?? null, stock };
}
