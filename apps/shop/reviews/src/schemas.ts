import { cursorOf, limitOf } from '@portico/shop-kit';
import { z } from 'zod';

const text = (longest: number) => z.string().trim().min(1).max(longest);

/** Query of `GET /reviews`. */
export const reviewQuerySchema = z.object({
  product: z.string().max(100).optional().describe('id of a product; default all'),
  limit: limitOf(20),
  cursor: cursorOf(z.tuple([z.string(), z.string()])).optional(),
});

/** See {@link reviewQuerySchema}. */
export type ReviewQuery = z.output<typeof reviewQuerySchema>;

/** What a customer writes. */
export const newReviewSchema = z
  .strictObject({
    productId: text(100),
    author: text(80),
    rating: z.number().int().min(1).max(5),
    title: text(120),
    text: text(4000),
  })
  .meta({ id: 'NewReview' });

/** See {@link newReviewSchema}. */
export type NewReview = z.output<typeof newReviewSchema>;

/** A review. */
export const reviewSchema = z
  .object({
    id: z.uuid(),
    productId: z.string(),
    author: z.string(),
    rating: z.number().int(),
    title: z.string(),
    text: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Review' });

/** See {@link reviewSchema}. */
export type Review = z.output<typeof reviewSchema>;

const count = z.number().int();

/** What the reviews of a product come to; all zeros for a product without. */
export const summarySchema = z
  .object({
    productId: z.string(),
    count,
    average: z.number().describe('two decimals'),
    histogram: z.object({ '1': count, '2': count, '3': count, '4': count, '5': count }),
  })
  .meta({ id: 'ReviewSummary' });

/** See {@link summarySchema}. */
export type ReviewSummary = z.output<typeof summarySchema>;
