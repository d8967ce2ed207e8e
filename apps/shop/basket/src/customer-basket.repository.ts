import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import { findBasket, insertBasket, replaceLines } from './basket.rows.ts';
import { LIFETIME, mergeLines, type StoredBasket } from './basket.ts';

/** Who asks, the id of the basket to be made when there is none yet, and the time in milliseconds since 1970. */
export interface CustomerCall {
  readonly customer: string;
  readonly newId: string;
  readonly now: number;
}

/** Baskets of customers: one for each, found by the customer's id instead of the basket's. */
@Injectable()
export class CustomerBasketRepository {
  constructor(private readonly database: Database) {}

  /** The customer's basket; an empty one when there was none, or its time is over. */
  open(call: CustomerCall): Promise<StoredBasket> {
    return this.database.transaction((queries) => open(queries, call));
  }

  /**
   * Puts what is in a guest's basket into the customer's and removes the guest's, in one transaction. Another customer's basket is not
   * touched, and a basket that is gone changes nothing. The customer's basket never takes over the guest's id: somebody else may know it.
   */
  adopt(call: CustomerCall, guestBasketId: string): Promise<StoredBasket> {
    return this.database.transaction(async (queries) => {
      const own = await open(queries, call);
      const guest = await findBasket(queries, guestBasketId, call.now);
      const sql = 'DELETE FROM baskets WHERE id = ? AND customer IS NULL';
      if (!guest || (await queries.run(sql, [guestBasketId])) === 0) return own;
      const lines = mergeLines(own.lines, guest.lines);
      await replaceLines(queries, own.id, lines);
      const [updatedAt, expiresAt] = [call.now, call.now + LIFETIME];
      await queries.run('UPDATE baskets SET updated_at = ?, expires_at = ? WHERE id = ?', [
        updatedAt,
        expiresAt,
        own.id,
      ]);
      return { id: own.id, lines, updatedAt, expiresAt };
    });
  }
}

async function open(queries: Queries, { customer, newId, now }: CustomerCall): Promise<StoredBasket> {
  const row = await queries.first<{ id: string }>('SELECT id FROM baskets WHERE customer = ?', [customer]);
  const own = row && (await findBasket(queries, row.id, now));
  return own ?? insertBasket(queries, newId, customer, now);
}
