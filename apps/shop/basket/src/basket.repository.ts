import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import { findBasket, insertBasket } from './basket.rows.ts';
import { isSame, LIFETIME, MAX_LINES, MAX_QUANTITY, type StoredBasket, type StoredLine } from './basket.ts';

/** Why a basket was not changed. */
export type Refusal = 'no-basket' | 'no-line' | 'full' | 'too-many';

/** The basket after a change, or why there was none. */
export type Change = StoredBasket | Refusal;

/**
 * Baskets in the database. Every change is one transaction that reads the basket and writes its line, so of two changes at the same time
 * none is lost; a basket whose time is over is as good as gone. Times are milliseconds since 1970.
 */
@Injectable()
export class BasketRepository {
  constructor(private readonly database: Database) {}

  /** Stores an empty basket, and removes those whose time is over. */
  create(id: string, now: number): Promise<StoredBasket> {
    return this.database.transaction((queries) => insertBasket(queries, id, null, now));
  }

  /** The basket, if it is still there. */
  find(id: string, now: number): Promise<StoredBasket | undefined> {
    return this.database.transaction((queries) => findBasket(queries, id, now));
  }

  /** Removes the basket, if it is there. */
  async remove(id: string): Promise<void> {
    await this.database.run('DELETE FROM baskets WHERE id = ?', [id]);
  }

  /** Adds pieces of an article; to the line it has already, which then keeps its id and takes the article's present name and price. */
  add(basketId: string, line: StoredLine, now: number): Promise<Change> {
    return this.#change(basketId, now, async (queries, basket) => {
      const same = basket.lines.find((other) => isSame(other, line));
      if (!same && basket.lines.length >= MAX_LINES) return 'full';
      if ((same?.quantity ?? 0) + line.quantity > MAX_QUANTITY) return 'too-many';
      await queries.run(
        `INSERT INTO lines (basket_id, id, position, product_id, variant_id, name, quantity, unit_amount)
         VALUES (:basketId, :id, (SELECT COALESCE(MAX(position), 0) + 1 FROM lines WHERE basket_id = :basketId),
           :productId, :variantId, :name, :quantity, :amount)
         ON CONFLICT (basket_id, product_id, variant_id) DO UPDATE SET quantity = quantity + excluded.quantity,
           name = excluded.name, unit_amount = excluded.unit_amount`,
        {
          basketId,
          id: line.id,
          productId: line.productId,
          variantId: line.variantId ?? '',
          name: line.name,
          quantity: line.quantity,
          amount: line.unitPrice.amount,
        },
      );
      return undefined;
    });
  }

  /** Sets the pieces of a line. */
  setQuantity(basketId: string, lineId: string, quantity: number, now: number): Promise<Change> {
    return this.#change(basketId, now, async (queries) => {
      const sql = 'UPDATE lines SET quantity = ? WHERE basket_id = ? AND id = ?';
      return (await queries.run(sql, [quantity, basketId, lineId])) > 0 ? undefined : 'no-line';
    });
  }

  /** Takes a line out. */
  removeLine(basketId: string, lineId: string, now: number): Promise<Change> {
    return this.#change(basketId, now, async (queries) => {
      const sql = 'DELETE FROM lines WHERE basket_id = ? AND id = ?';
      return (await queries.run(sql, [basketId, lineId])) > 0 ? undefined : 'no-line';
    });
  }

  #change(
    id: string,
    now: number,
    write: (queries: Queries, basket: StoredBasket) => Promise<Refusal | undefined>,
  ): Promise<Change> {
    return this.database.transaction(async (queries) => {
      const basket = await findBasket(queries, id, now);
      if (!basket) return 'no-basket';
      const refusal = await write(queries, basket);
      if (refusal) return refusal;
      await queries.run('UPDATE baskets SET updated_at = ?, expires_at = ? WHERE id = ?', [now, now + LIFETIME, id]);
      return (await findBasket(queries, id, now)) ?? 'no-basket';
    });
  }
}
