import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { basket, catalog } from '../../upstreams.ts';
import { density, type List, type ProductSummary } from '../compact.ts';
import { type Basket, toBasket } from './basket.mapper.ts';

/** The basket's screen, with small pictures. */
const plan = Plan.for<{ id: string; density: number }>()
  .required('basket', ({ id }) => basket.get<Basket>`/baskets/${id}`)
  .optionalBatch('products', (_, { basket }) => basket.lines.map((line) => line.productId), {
    after: ['basket'],
    call: (ids) => catalog.get<List<ProductSummary>>`/products?ids=${ids}`,
    timeout: 400,
    otherwise: [],
  });

export const basketScreen = view({ input: z.object({ id: z.string().max(64), density }), plan, map: toBasket });
