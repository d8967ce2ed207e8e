import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import type { Reservation, ReservationLine } from './inventory.schemas.ts';
import * as statements from './reservation.statements.ts';
import type { NewReservation, Statement } from './reservation.statements.ts';

/** A reservation as it is stored; `expiresAt` is milliseconds since 1970. */
export type StoredReservation = Omit<Reservation, 'expiresAt'> & { readonly expiresAt: number };

/** A product of which fewer pieces are there than wanted. */
export interface Shortage extends ReservationLine {
  readonly available: number;
}

/** Reservations in the database; every change is one transaction. */
@Injectable()
export class ReservationRepository {
  constructor(private readonly database: Database) {}

  /** Holds all lines or none. @returns the products that fall short; when there are none the pieces are held */
  hold(reservation: NewReservation): Promise<Shortage[]> {
    const { lines, now } = reservation;
    return this.database.transaction(async (queries) => {
      await runAll(queries, statements.expire(now));
      const short = await queries.all<Shortage>(...asked(statements.shortages(lines)));
      await runAll(queries, statements.hold(reservation));
      return short;
    });
  }

  /** Makes a held reservation final. @returns the reservation as it is then, `undefined` when there is none */
  commit(id: string, now: number): Promise<StoredReservation | undefined> {
    return this.#end(id, now, statements.commit(id));
  }

  /** Gives the pieces of a held reservation back. @returns the reservation as it is then, `undefined` when there is none */
  release(id: string, now: number): Promise<StoredReservation | undefined> {
    return this.#end(id, now, statements.release(id));
  }

  /** Gives back the pieces of the reservations whose time is over. To be called before stock is read; writes only when there are such. */
  async expire(now: number): Promise<void> {
    const due = await this.database.first(
      `SELECT 1 FROM reservations WHERE state = 'held' AND expires_at <= :now LIMIT 1`,
      {
        now,
      },
    );
    if (due) await this.database.transaction((queries) => runAll(queries, statements.expire(now)));
  }

  #end(id: string, now: number, change: Statement[]): Promise<StoredReservation | undefined> {
    return this.database.transaction(async (queries) => {
      await runAll(queries, [...statements.expire(now), ...change]);
      return find(queries, id);
    });
  }
}

async function find(queries: Queries, id: string): Promise<StoredReservation | undefined> {
  const found = await queries.first<Omit<StoredReservation, 'lines'>>(
    'SELECT id, state, expires_at AS expiresAt FROM reservations WHERE id = :id',
    { id },
  );
  const lines = await queries.all<ReservationLine>(
    `SELECT product_id AS productId, SUM(quantity) AS quantity FROM picks
     WHERE reservation_id = :id GROUP BY product_id ORDER BY product_id`,
    { id },
  );
  return found && { ...found, lines };
}

async function runAll(queries: Queries, list: readonly Statement[]): Promise<void> {
  for (const statement of list) await queries.run(...asked(statement));
}

const asked = ({ sql, args }: Statement): [string, Statement['args']] => [sql, args];
