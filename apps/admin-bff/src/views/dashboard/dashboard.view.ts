import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { inventory, ordering, reviews } from '../../upstreams.ts';

/** What staff look at first: orders by state, what runs out, what people say. */
const plan = Plan.for<object>()
  .required('orders', () => ordering.get`/orders/summary`)
  .optional('shortages', () => inventory.get`/stock?below=10&limit=20`, { timeout: 1_000 })
  .optional('reviews', () => reviews.get`/reviews?limit=10`, { timeout: 1_000 });

export const dashboard = view({ input: z.object({}), plan });
