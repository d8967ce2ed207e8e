import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { basket, catalog, inventory } from '../../upstreams.ts';

interface Basket {
  readonly lines: readonly { readonly productId: string }[];
}
interface Items {
  readonly items: readonly object[];
}

const productIds = (_: unknown, { basket }: { basket: Basket }) => basket.lines.map((line) => line.productId);

/** A basket with the picture and the stock of what lies in it: one call for all lines, not one for each. */
const plan = Plan.for<{ id: string }>()
  .required('basket', ({ id }) => basket.get<Basket>`/baskets/${id}`)
  .optionalBatch('products', productIds, {
    after: ['basket'],
    call: (ids) => catalog.get<Items>`/products?ids=${ids}`,
    timeout: 500,
  })
  .optionalBatch('stock', productIds, {
    after: ['basket'],
    call: (ids) => inventory.get<Items>`/stock?ids=${ids}`,
    timeout: 500,
  });

export const basketPage = view({ input: z.object({ id: z.string().max(64) }), plan });
