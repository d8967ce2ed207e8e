import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog, reviews } from '../../upstreams.ts';

const NONE = { items: [], next: null };

/** The shop's first page. */
const plan = Plan.for<object>()
  .required('categories', () => catalog.get`/categories`)
  .required('newest', () => catalog.get`/products?sort=newest&limit=8`)
  .optional('offers', () => catalog.get`/products?sort=price&limit=8`, { timeout: 500, otherwise: NONE })
  .optional('reviews', () => reviews.get`/reviews?limit=4`, { timeout: 300 });

export const homePage = view({ input: z.object({}), plan });
