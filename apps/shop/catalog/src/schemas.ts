import { cursorOf, idsParameter, limitOf, moneySchema } from '@portico/shop-kit';
import { z } from 'zod';

const amount = z.coerce.number().int().min(0).describe('in cents').optional();

/** Orders a list of products can have. */
export const sortSchema = z.enum(['relevance', 'name', 'price', '-price', 'newest']);

/** Query of `GET /products`. */
export const productQuerySchema = z.object({
  q: z.string().max(200).optional().describe('words to search for; the last letters of each may be missing'),
  category: z.string().max(100).optional().describe('id of a category'),
  minPrice: amount,
  maxPrice: amount,
  sort: sortSchema.optional().describe('default: relevance with q, name without'),
  limit: limitOf(24),
  cursor: cursorOf(z.tuple([sortSchema, z.union([z.string(), z.number()]), z.string()])).optional(),
  ids: idsParameter.optional().describe('up to 100 ids with commas between; everything else is left aside then'),
});

/** See {@link productQuerySchema}. */
export type ProductQuery = z.output<typeof productQuerySchema>;

/** A product as lists show it. */
export const productSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    category: z.object({ id: z.string(), name: z.string() }),
    price: moneySchema,
    image: z.object({ path: z.string(), alt: z.string() }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'ProductSummary' });

/** See {@link productSummarySchema}. */
export type ProductSummary = z.output<typeof productSummarySchema>;

/** A product with all that is known of it. */
export const productSchema = productSummarySchema
  .extend({
    description: z.string(),
    sku: z.string(),
    variants: z.array(z.object({ id: z.string(), name: z.string(), price: moneySchema })),
    attributes: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Product' });

/** See {@link productSchema}. */
export type Product = z.output<typeof productSchema>;

/** A category and how many products it has. */
export const categorySchema = z
  .object({ id: z.string(), name: z.string(), count: z.number().int() })
  .meta({ id: 'Category' });

/** See {@link categorySchema}. */
export type Category = z.output<typeof categorySchema>;
