import { z } from 'zod';

/** Money as the shop's services send it. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What the phone reads of a product in a list. */
export interface ProductSummary {
  readonly id: string;
  readonly name: string;
  readonly price: Money;
  readonly image: { readonly path: string };
}

/** A list as the shop's services answer it. */
export interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Pixels of the screen for one point of its layout; the phone says so, and gets pictures of just that size. */
export const density = z.enum(['1', '2', '3']).default('2').transform(Number);

/** Address of a picture `points` wide on a screen of this density. */
export function picture(image: { readonly path: string }, points: number, density: number): string {
  const file = image.path.slice(image.path.lastIndexOf('/') + 1);
  return `/v1/images/${file}?w=${points * density}`;
}

/** A product as a list shows it. */
export function tile(product: ProductSummary, density: number): object {
  const { id, name, price } = product;
  return { id, name, price: price.amount, currency: price.currency, image: picture(product.image, 160, density) };
}
