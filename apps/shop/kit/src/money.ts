import { z } from 'zod';

/** An amount of money: minor units (cents) of a currency. */
export const moneySchema = z.object({ amount: z.number().int(), currency: z.literal('EUR') }).meta({ id: 'Money' });

/** See {@link moneySchema}. */
export type Money = z.output<typeof moneySchema>;

/** An amount in the shop's currency. @param amount in cents */
export const euros = (amount: number): Money => ({ amount, currency: 'EUR' });
