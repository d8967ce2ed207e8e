import { z } from 'zod';

/** Id of a product, as catalog gives it. */
export const productIdSchema = z.string().min(1).max(100);

/** A place where pieces lie. */
export const warehouseSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Warehouse' });

/** How many pieces of a product can be had, in all and in each warehouse. */
export const stockSchema = z
  .object({
    productId: z.string(),
    available: z.number().int(),
    warehouses: z.array(z.object({ id: z.string(), name: z.string(), available: z.number().int() })),
  })
  .meta({ id: 'Stock' });

/** Pieces that came (positive) or went (negative) other than by an order. */
export const adjustmentSchema = z.strictObject({
  warehouseId: z.string().min(1).max(100),
  delta: z
    .number()
    .int()
    .min(-100_000)
    .max(100_000)
    .refine((delta) => delta !== 0, 'changes nothing'),
  reason: z.string().trim().min(1).max(200),
});

/** So many pieces of one product. */
export const reservationLineSchema = z.strictObject({
  productId: productIdSchema,
  quantity: z.number().int().min(1).max(10_000),
});

/** What a buyer wants held, all of it or nothing. */
export const newReservationSchema = z.strictObject({ lines: z.array(reservationLineSchema).min(1).max(100) });

/** A reservation; lines of the same product are one, and lines are in the order of product ids. */
export const reservationSchema = z
  .object({
    id: z.string(),
    state: z.enum(['held', 'committed', 'released', 'expired']),
    lines: z.array(reservationLineSchema),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Reservation' });

/** See {@link warehouseSchema}. */
export type Warehouse = z.output<typeof warehouseSchema>;
/** See {@link stockSchema}. */
export type Stock = z.output<typeof stockSchema>;
/** See {@link adjustmentSchema}. */
export type Adjustment = z.output<typeof adjustmentSchema>;
/** See {@link reservationLineSchema}. */
export type ReservationLine = z.output<typeof reservationLineSchema>;
/** See {@link reservationSchema}. */
export type Reservation = z.output<typeof reservationSchema>;
