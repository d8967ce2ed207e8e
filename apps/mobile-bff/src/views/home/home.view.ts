import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { catalog } from '../../upstreams.ts';
import { density, type List, type ProductSummary } from '../compact.ts';
import { toHome } from './home.mapper.ts';

interface Category {
  readonly id: string;
  readonly name: string;
}

/** The first screen: where to go, and what is new. */
const plan = Plan.for<{ density: number }>()
  .required('newest', () => catalog.get<List<ProductSummary>>`/products?sort=newest&limit=6`)
  .optional('categories', () => catalog.get<List<Category>>`/categories`, {
    timeout: 500,
    otherwise: { items: [], next: null },
  });

export const homeScreen = view({ input: z.object({ density }), plan, map: toHome });
