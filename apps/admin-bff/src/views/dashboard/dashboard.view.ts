import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog, inventory, ordering, reviews } from '../../upstreams.ts';

interface OfProducts {
  readonly items: readonly { readonly productId: string }[];
}
interface Products {
  readonly items: readonly object[];
}

const named = (ids: readonly string[]) => catalog.get<Products>`/products?ids=${ids}`;
const idsOf = ({ items }: OfProducts) => items.map(({ productId }) => productId);

/** What staff look at first: orders by state, what runs out, what people say. */
const plan = Plan.for<object>()
  .required('orders', () => ordering.get`/orders/summary`)
  .optional('shortages', () => inventory.get<OfProducts>`/stock?below=10&limit=20`, { timeout: 1_000 })
  .optional('reviews', () => reviews.get<OfProducts>`/reviews?limit=10`, { timeout: 1_000 })
  .optionalBatch('scarce', (_, { shortages }) => idsOf(shortages), {
    after: ['shortages'],
    call: named,
    timeout: 500,
  })
  .optionalBatch('reviewed', (_, { reviews }) => idsOf(reviews), {
    after: ['reviews'],
    call: named,
    timeout: 500,
  });

export const dashboard = view({ input: z.object({}), plan });
