import { z } from 'zod';
import { addressSchema, customerSchema } from '../order.ts';

/** Most addresses of one customer. */
export const MAX_ADDRESSES = 20;

/** What a customer keeps: where parcels go, and who they are for. */
export const addressInputSchema = addressSchema.extend({ name: customerSchema.shape.name });

/** An address that is kept. */
export const savedAddressSchema = addressInputSchema.extend({ id: z.string() }).meta({ id: 'SavedAddress' });

/** See {@link addressInputSchema}. */
export type AddressInput = z.output<typeof addressInputSchema>;
/** See {@link savedAddressSchema}. */
export type SavedAddress = z.output<typeof savedAddressSchema>;
