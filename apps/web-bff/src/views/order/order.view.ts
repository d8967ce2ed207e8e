import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog, ordering } from '../../upstreams.ts';

interface Order {
  readonly lines: readonly { readonly productId: string }[];
}
interface Items {
  readonly items: readonly object[];
}

/** An order with the pictures of what was bought. */
const plan = Plan.for<{ id: string }>()
  .required('order', ({ id }) => ordering.get<Order>`/guests/orders/${id}`)
  .optionalBatch('products', (_, { order }) => order.lines.map((line) => line.productId), {
    after: ['order'],
    call: (ids) => catalog.get<Items>`/products?ids=${ids}`,
    timeout: 500,
  });

export const orderPage = view({ input: z.object({ id: z.string().max(64) }), plan });
