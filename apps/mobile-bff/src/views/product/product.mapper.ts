import { type List, type Money, picture } from '../compact.ts';

/** What the screen reads of a product. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly price: Money;
  readonly image: { readonly path: string };
  readonly variants: readonly { readonly id: string; readonly name: string; readonly price: Money }[];
}
export interface Stock {
  readonly available: number;
}
export interface Rating {
  readonly count: number;
  readonly average: number;
}
export interface Review {
  readonly author: string;
  readonly rating: number;
  readonly title: string;
}

interface Parts {
  readonly product: Product;
  readonly stock: Stock | null;
  readonly rating: Rating | null;
  readonly reviews: List<Review> | null;
}

/** A product as the phone shows it: `null` where the shop did not answer in time. */
export function toProduct({ product, stock, rating, reviews }: Parts, input: { density: number }): object {
  return {
    id: product.id,
    name: product.name,
    text: product.description,
    price: product.price.amount,
    currency: product.price.currency,
    image: picture(product.image, 360, input.density),
    variants: product.variants.map(({ id, name, price }) => ({ id, name, price: price.amount })),
    available: stock && stock.available,
    rating: rating && { average: rating.average, count: rating.count },
    reviews: reviews && reviews.items.map(({ author, rating, title }) => ({ author, rating, title })),
  };
}
