import { euros, type Queries } from '@portico/shop-kit';
import { LIFETIME, type StoredBasket, type StoredLine } from './basket.ts';

interface LineRow {
  readonly id: string;
  readonly productId: string;
  readonly variantId: string;
  readonly name: string;
  readonly quantity: number;
  readonly amount: number;
}

/**
 * Stores an empty basket, and removes those whose time is over; to be called in a transaction.
 *
 * @param customer whose basket it is; null for a guest's
 */
export async function insertBasket(
  queries: Queries,
  id: string,
  customer: string | null,
  now: number,
): Promise<StoredBasket> {
  await queries.run('DELETE FROM baskets WHERE expires_at <= ?', [now]);
  await queries.run('INSERT INTO baskets (id, customer, updated_at, expires_at) VALUES (?, ?, ?, ?)', [
    id,
    customer,
    now,
    now + LIFETIME,
  ]);
  return { id, lines: [], updatedAt: now, expiresAt: now + LIFETIME };
}

/** A basket with its lines, if it is there and its time is not over. */
export async function findBasket(queries: Queries, id: string, now: number): Promise<StoredBasket | undefined> {
  const basket = await queries.first<Omit<StoredBasket, 'lines'>>(
    'SELECT id, updated_at AS updatedAt, expires_at AS expiresAt FROM baskets WHERE id = ? AND expires_at > ?',
    [id, now],
  );
  if (!basket) return undefined;
  const rows = await queries.all<LineRow>(
    `SELECT id, product_id AS productId, variant_id AS variantId, name, quantity, unit_amount AS amount
     FROM lines WHERE basket_id = ? ORDER BY position`,
    [id],
  );
  return { ...basket, lines: rows.map(lineOf) };
}

/** Gives a basket other lines, in their order; to be called in a transaction. */
export async function replaceLines(queries: Queries, basketId: string, lines: readonly StoredLine[]): Promise<void> {
  await queries.run('DELETE FROM lines WHERE basket_id = ?', [basketId]);
  await queries.run(
    `INSERT INTO lines (basket_id, id, position, product_id, variant_id, name, quantity, unit_amount)
     SELECT ?, value ->> 'id', key + 1, value ->> 'productId', COALESCE(value ->> 'variantId', ''), value ->> 'name',
       value ->> 'quantity', value ->> '$.unitPrice.amount' FROM json_each(?)`,
    [basketId, JSON.stringify(lines)],
  );
}

function lineOf({ amount, variantId, ...row }: LineRow): StoredLine {
  return { ...row, variantId: variantId === '' ? null : variantId, unitPrice: euros(amount) };
}
