import { type Answer, request } from './http.ts';
import type { Basket, Category, List, Order, Product, ProductSummary, RatingSummary, Review, Stock } from './types.ts';

/** The home page's parts; a part that the BFF could not get is null. */
export type HomePage = {
  categories: List<Category> | null;
  newest: List<ProductSummary> | null;
  offers: List<ProductSummary> | null;
  reviews: List<Review> | null;
};

/** A product page's parts; all but the product may be null. */
export type ProductPage = {
  product: Product;
  stock: Stock | null;
  rating: RatingSummary | null;
  reviews: List<Review> | null;
  related: List<ProductSummary> | null;
};

/** What was asked for by many ids, in their order: null where an id is unknown, null as a whole when it could not be had. */
export type Batch<T> = readonly (T | null)[] | null;

/** A basket with the products in it, and their stock for low-stock hints. */
export type BasketPage = { basket: Basket; products: Batch<ProductSummary>; stock: Batch<Stock> };

/** An order with the products in it. */
export type OrderPage = { order: Order; products: Batch<ProductSummary> };

const load = <T>(path: string, signal: AbortSignal): Promise<Answer<T>> => request<T>(`/api/pages/${path}`, { signal });

/** Everything the home page shows, in one request. */
export const loadHome = (signal: AbortSignal) => load<HomePage>('home', signal);

/** Everything a product page shows, in one request. */
export const loadProduct = (id: string, signal: AbortSignal) =>
  load<ProductPage>(`product/${encodeURIComponent(id)}`, signal);

/** A basket and what is known of its products. */
export const loadBasket = (id: string, signal?: AbortSignal) =>
  request<BasketPage>(`/api/pages/basket/${encodeURIComponent(id)}`, { signal });

/** An order and what is known of its products. */
export const loadOrder = (id: string, signal: AbortSignal) =>
  load<OrderPage>(`order/${encodeURIComponent(id)}`, signal);

/** A batch's items by their id; a batch that is missing has none. */
export function byId<T>(batch: Batch<T> | undefined, idOf: (item: T) => string): ReadonlyMap<string, T> {
  const items = batch?.filter((item) => item !== null) ?? [];
  return new Map(items.map((item) => [idOf(item), item]));
}
