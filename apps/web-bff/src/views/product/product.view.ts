import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog, inventory, reviews } from '../../upstreams.ts';

/** What the page reads of a product; everything else passes through as it is. */
interface Product {
  readonly category: { readonly id: string };
}

/** A product's page: what it is, whether it is there, what people say, and what else there is of its kind. */
const plan = Plan.for<{ id: string }>()
  .required('product', ({ id }) => catalog.get<Product>`/products/${id}`)
  .optional('stock', ({ id }) => inventory.get`/stock/${id}`, { timeout: 500 })
  .optional('rating', ({ id }) => reviews.get`/summaries/${id}`, { timeout: 500 })
  .optional('reviews', ({ id }) => reviews.get`/reviews?product=${id}&limit=5`, { timeout: 500 })
  .optional('related', (_, { product }) => catalog.get`/products?category=${product.category.id}&limit=6`, {
    after: ['product'],
    timeout: 500,
  });

export const productPage = view({ input: z.object({ id: z.string().max(64) }), plan });
