import { type List, type ProductSummary, tile } from '../compact.ts';

interface Parts {
  readonly newest: List<ProductSummary>;
  readonly categories: { readonly items: readonly { readonly id: string; readonly name: string }[] };
}

/** The first screen as the phone shows it. */
export function toHome({ newest, categories }: Parts, input: { density: number }): object {
  return {
    categories: categories.items.map(({ id, name }) => ({ id, name })),
    newest: newest.items.map((product) => tile(product, input.density)),
  };
}
