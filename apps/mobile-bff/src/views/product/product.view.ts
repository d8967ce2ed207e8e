import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog, inventory, reviews } from '../../upstreams.ts';
import { density, type List } from '../compact.ts';
import { type Product, type Rating, type Review, type Stock, toProduct } from './product.mapper.ts';

/** A product's screen: the same truth as the web's page, without what a phone does not show. */
const plan = Plan.for<{ id: string; density: number }>()
  .required('product', ({ id }) => catalog.get<Product>`/products/${id}`)
  .optional('stock', ({ id }) => inventory.get<Stock>`/stock/${id}`, { timeout: 400 })
  .optional('rating', ({ id }) => reviews.get<Rating>`/summaries/${id}`, { timeout: 400 })
  .optional('reviews', ({ id }) => reviews.get<List<Review>>`/reviews?product=${id}&limit=2`, { timeout: 400 });

export const productScreen = view({ input: z.object({ id: z.string().max(64), density }), plan, map: toProduct });
