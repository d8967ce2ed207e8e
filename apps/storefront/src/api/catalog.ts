import { request } from './http.ts';
import type { Category, List, ProductSummary } from './types.ts';

/** The orders in which the catalog can be listed. */
export type Sort = 'relevance' | 'newest' | 'price' | '-price' | 'name';

/** What to look for; prices in minor units. */
export type ProductQuery = {
  q?: string;
  category?: string;
  minPrice?: number;
  maxPrice?: number;
  sort?: Sort;
  cursor?: string;
};

/** How many products one page of a list holds. */
export const PAGE_SIZE = 24;

/** One page of the products that match. */
export async function findProducts(query: ProductQuery, signal?: AbortSignal): Promise<List<ProductSummary>> {
  const parameters = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return (await request<List<ProductSummary>>(`/api/catalog/products?${parameters}`, { signal })).data;
}

/** All categories. */
export async function listCategories(signal: AbortSignal): Promise<Category[]> {
  return (await request<List<Category>>('/api/catalog/categories', { signal })).data.items;
}

/** Where a product's picture is found, drawn for a width in pixels. */
export function imageUrl(path: string, width: number): string {
  return `/api/catalog/${path}?w=${width}`;
}
