import { cursorOf, limitOf } from '@portico/shop-kit';
import { z } from 'zod';

/** Which order. */
export const orderParams = z.object({ id: z.string().min(1).max(100) });

/** Which page of a list of orders. */
export const pageQuery = z.object({
  limit: limitOf(20),
  cursor: cursorOf(z.tuple([z.number().int(), z.string()])).optional(),
});

/** The key that makes a checkout happen once. */
export const checkoutHeaders = z.object({
  'idempotency-key': z.string().regex(/^[\x21-\x7e]{1,255}$/, 'is needed: 1 to 255 visible ASCII characters'),
});
