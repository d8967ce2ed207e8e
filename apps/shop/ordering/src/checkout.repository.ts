import { Injectable } from '@nestjs/common';
import { Database } from '@portico/shop-kit';
import type { Order } from './order.ts';
import { insertOrders } from './order.rows.ts';

/** The order a checkout is about to place, and the reservation of its pieces. */
export interface Draft {
  readonly reservationId: string;
  readonly order: Order;
}

/** A checkout under way. Who holds the lease (until then, milliseconds since 1970) works on it; nobody else does. */
export interface Checkout {
  readonly key: string;
  readonly basketId: string;
  readonly lease: number;
  readonly draft: Draft | undefined;
}

/** What came of claiming a key: it is ours to work on, it was placed before, or why neither. */
export type Claim =
  | { readonly kind: 'ours'; readonly checkout: Checkout }
  | { readonly kind: 'placed'; readonly order: Order }
  | { readonly kind: 'other-body' | 'busy' | 'basket-busy' | 'basket-placed' };

/** Who claims: the key, what was sent with it, and until when the work on it should be done. */
export interface Claimant {
  readonly key: string;
  readonly bodyHash: string;
  readonly basketId: string;
  readonly now: number;
  readonly lease: number;
}

interface Row {
  readonly key: string;
  readonly bodyHash: string;
  readonly basketId: string;
  readonly lease: number;
  readonly reservationId: string | null;
  readonly draft: string | null;
  readonly placedAt: number | null;
}

const SELECT = `SELECT key, body_hash AS bodyHash, basket_id AS basketId, lease_until AS lease,
  reservation_id AS reservationId, draft, placed_at AS placedAt FROM checkouts`;

/** The journal of checkouts: what each idempotency key stands for, and how far the work on it has come. */
@Injectable()
export class CheckoutRepository {
  constructor(private readonly database: Database) {}

  /** Claims a key for one worker. A basket has one checkout at most, so two keys never order it twice. */
  claim({ key, bodyHash, basketId, now, lease }: Claimant): Promise<Claim> {
    return this.database.transaction(async (queries): Promise<Claim> => {
      const row = await queries.first<Row>(`${SELECT} WHERE key = ?`, [key]);
      if (row) {
        if (row.bodyHash !== bodyHash) return { kind: 'other-body' };
        const checkout = { ...checkoutOf(row), lease };
        if (row.placedAt !== null && checkout.draft) return { kind: 'placed', order: checkout.draft.order };
        if (row.lease > now) return { kind: 'busy' };
        await queries.run('UPDATE checkouts SET lease_until = ? WHERE key = ?', [lease, key]);
        return { kind: 'ours', checkout };
      }
      const other = await queries.first<Row>(`${SELECT} WHERE basket_id = ?`, [basketId]);
      if (other) return { kind: other.placedAt === null ? 'basket-busy' : 'basket-placed' };
      await queries.run('INSERT INTO checkouts (key, body_hash, basket_id, lease_until) VALUES (?, ?, ?, ?)', [
        key,
        bodyHash,
        basketId,
        lease,
      ]);
      return { kind: 'ours', checkout: { key, basketId, lease, draft: undefined } };
    });
  }

  /** Writes down what is about to be placed. @returns false when the lease went to somebody else */
  async saveDraft({ key, lease }: Checkout, { reservationId, order }: Draft): Promise<boolean> {
    const sql = 'UPDATE checkouts SET reservation_id = ?, draft = ? WHERE key = ? AND lease_until = ?';
    return (await this.database.run(sql, [reservationId, JSON.stringify(order), key, lease])) > 0;
  }

  /** Places the order, once: a second call changes nothing. */
  place(key: string, order: Order, now: number): Promise<void> {
    return this.database.transaction(async (queries) => {
      const sql = 'UPDATE checkouts SET placed_at = ? WHERE key = ? AND placed_at IS NULL';
      if ((await queries.run(sql, [now, key])) > 0) await insertOrders(queries, [order]);
    });
  }

  /** Forgets a checkout that failed, so that its key and basket can be used again. */
  async drop({ key, lease }: Checkout): Promise<void> {
    await this.database.run('DELETE FROM checkouts WHERE key = ? AND lease_until = ? AND placed_at IS NULL', [
      key,
      lease,
    ]);
  }

  /** Ends the lease, so that the next who asks works on. */
  async giveUp({ key, lease }: Checkout): Promise<void> {
    await this.database.run('UPDATE checkouts SET lease_until = 0 WHERE key = ? AND lease_until = ?', [key, lease]);
  }

  /** Takes over the checkouts nobody works on any more. */
  abandoned(now: number, lease: number): Promise<Checkout[]> {
    return this.database.transaction(async (queries) => {
      const rows = await queries.all<Row>(`${SELECT} WHERE placed_at IS NULL AND lease_until <= ?`, [now]);
      await queries.run('UPDATE checkouts SET lease_until = ? WHERE placed_at IS NULL AND lease_until <= ?', [
        lease,
        now,
      ]);
      return rows.map((row) => ({ ...checkoutOf(row), lease }));
    });
  }

  /** Placed checkouts whose basket is still to be deleted. */
  async withBasket(): Promise<Checkout[]> {
    const sql = `${SELECT} WHERE placed_at IS NOT NULL AND basket_deleted = 0`;
    return (await this.database.all<Row>(sql)).map(checkoutOf);
  }

  /** Notes that the basket of a checkout is deleted. */
  async basketDeleted(key: string): Promise<void> {
    await this.database.run('UPDATE checkouts SET basket_deleted = 1 WHERE key = ?', [key]);
  }

  /** Forgets keys that were placed before the moment given. Their baskets are gone, so nothing can be ordered twice. */
  async forgetBefore(moment: number): Promise<void> {
    await this.database.run('DELETE FROM checkouts WHERE basket_deleted = 1 AND placed_at < ?', [moment]);
  }
}

function checkoutOf({ key, basketId, lease, reservationId, draft }: Row): Checkout {
  if (reservationId === null || draft === null) return { key, basketId, lease, draft: undefined };
  return { key, basketId, lease, draft: { reservationId, order: JSON.parse(draft) as Order } };
}
