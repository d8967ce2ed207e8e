import { type Money, picture, type ProductSummary } from '../compact.ts';

/** What the screen reads of a basket. */
export interface Basket {
  readonly id: string;
  readonly lines: readonly {
    readonly id: string;
    readonly productId: string;
    readonly name: string;
    readonly quantity: number;
    readonly total: Money;
  }[];
  readonly totals: { readonly pieces: number; readonly amount: number; readonly currency: string };
}

interface Parts {
  readonly basket: Basket;
  readonly products: readonly ProductSummary[];
}

/** A basket as the phone shows it; a line without a picture has `image: null`. */
export function toBasket({ basket, products }: Parts, input: { density: number }): object {
  const images = new Map(products.map((product) => [product.id, picture(product.image, 80, input.density)]));
  return {
    id: basket.id,
    lines: basket.lines.map(({ id, productId, name, quantity, total }) => ({
      id,
      productId,
      name,
      quantity,
      total: total.amount,
      image: images.get(productId) ?? null,
    })),
    ...basket.totals,
  };
}
