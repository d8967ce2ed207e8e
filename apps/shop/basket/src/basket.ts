import { euros, moneySchema } from '@portico/shop-kit';
import { z } from 'zod';

/** Most pieces of one line. */
export const MAX_QUANTITY = 99;

/** Most lines of a basket. */
export const MAX_LINES = 50;

/** Milliseconds after its last change at which a basket is gone: 7 days. */
export const LIFETIME = 7 * 24 * 60 * 60 * 1000;

/** Pieces of one line. */
export const quantitySchema = z.number().int().min(1).max(MAX_QUANTITY);

// Ids become part of a path in calls to other services, so they hold nothing that could lead to another path.
const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'is not an id');

/** What a client adds: pieces of a product or of one of its variants. */
export const additionSchema = z.strictObject({
  productId: idSchema,
  variantId: idSchema.nullish(),
  quantity: quantitySchema,
});

/** The guest basket that a customer takes over. */
export const adoptionSchema = z.strictObject({ basketId: idSchema });

/** A new number of pieces of a line. */
export const quantityChangeSchema = z.strictObject({ quantity: quantitySchema });

/** A line with its total. */
export const lineSchema = z
  .object({
    id: z.string(),
    productId: z.string(),
    variantId: z.string().nullable(),
    name: z.string(),
    quantity: quantitySchema,
    unitPrice: moneySchema,
    total: moneySchema,
  })
  .meta({ id: 'BasketLine' });

/** A basket as clients see it. */
export const basketSchema = z
  .object({
    id: z.string(),
    lines: z.array(lineSchema),
    totals: moneySchema.extend({ pieces: z.number().int() }),
    updatedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Basket' });

/** See {@link additionSchema}. */
export type Addition = z.output<typeof additionSchema>;
/** See {@link basketSchema}. */
export type Basket = z.output<typeof basketSchema>;
/** A line as it is stored: its total follows from the rest. */
export type StoredLine = Omit<z.output<typeof lineSchema>, 'total'>;
/** What a line holds pieces of: a product, or one of its variants, at its present price. */
export type Article = Omit<StoredLine, 'id' | 'quantity'>;

/** A basket as it is stored; times are milliseconds since 1970. */
export interface StoredBasket {
  readonly id: string;
  readonly lines: readonly StoredLine[];
  readonly updatedAt: number;
  readonly expiresAt: number;
}

/**
 * The lines of a customer's basket after a guest's basket was put into it: the same product and variant adds up, at the guest line's name
 * and price, which were read last. What goes beyond 99 pieces of a line or 50 lines is left out.
 */
export function mergeLines(own: readonly StoredLine[], added: readonly StoredLine[]): StoredLine[] {
  const lines = [...own];
  for (const line of added) {
    const index = lines.findIndex((other) => isSame(other, line));
    const same = lines[index];
    if (same) {
      const quantity = Math.min(MAX_QUANTITY, same.quantity + line.quantity);
      lines[index] = { ...line, id: same.id, quantity };
    } else if (lines.length < MAX_LINES) lines.push(line);
  }
  return lines;
}

/** Whether two lines hold the same product in the same variant. */
export function isSame(
  one: Pick<Article, 'productId' | 'variantId'>,
  other: Pick<Article, 'productId' | 'variantId'>,
): boolean {
  return one.productId === other.productId && one.variantId === other.variantId;
}

/** The basket with its totals, in minor units, so that nothing is ever rounded. */
export function presentBasket({ id, lines, updatedAt, expiresAt }: StoredBasket): Basket {
  const priced = lines.map((line) => ({ ...line, total: euros(line.unitPrice.amount * line.quantity) }));
  return {
    id,
    lines: priced,
    totals: {
      pieces: priced.reduce((sum, line) => sum + line.quantity, 0),
      ...euros(priced.reduce((sum, line) => sum + line.total.amount, 0)),
    },
    updatedAt: new Date(updatedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
