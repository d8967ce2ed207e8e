import type { ReservationLine } from './inventory.schemas.ts';

/** A reservation to be made. Times are milliseconds since 1970. */
export interface NewReservation {
  readonly id: string;
  readonly lines: readonly ReservationLine[];
  readonly now: number;
  readonly expiresAt: number;
}

/** One SQL statement with its named arguments. */
export interface Statement {
  readonly sql: string;
  readonly args: Record<string, string | number>;
}

// Lines of the same product are one wish; a product inventory does not know has no pieces.
const WANTED = `WITH wanted AS (
    SELECT value ->> 'productId' AS product_id, SUM(value ->> 'quantity') AS quantity FROM json_each(:lines) GROUP BY 1),
  short AS (
    SELECT w.product_id, w.quantity, COALESCE(SUM(s.available), 0) AS available
    FROM wanted w LEFT JOIN stock s ON s.product_id = w.product_id
    GROUP BY w.product_id, w.quantity HAVING COALESCE(SUM(s.available), 0) < w.quantity)`;

const SHORT = `${WANTED} SELECT product_id AS productId, quantity, available FROM short ORDER BY product_id`;

const HOLD = `${WANTED}
  INSERT INTO reservations (id, state, expires_at) SELECT :id, 'held', :expiresAt WHERE NOT EXISTS (SELECT 1 FROM short)`;

// Pieces come from the warehouse with most of them first, then by warehouse id: few parcels, and the order is always the same.
const PICK = `${WANTED}
  INSERT INTO picks (reservation_id, product_id, warehouse_id, quantity)
  SELECT :id, product_id, warehouse_id, MIN(available, wanted - taken) FROM (
    SELECT s.product_id, s.warehouse_id, s.available, w.quantity AS wanted,
      COALESCE(SUM(s.available) OVER (PARTITION BY s.product_id ORDER BY s.available DESC, s.warehouse_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS taken
    FROM stock s JOIN wanted w ON w.product_id = s.product_id)
  WHERE taken < wanted AND available > 0 AND EXISTS (SELECT 1 FROM reservations WHERE id = :id)`;

const TAKE = `UPDATE stock SET available = stock.available - picks.quantity FROM picks
  WHERE picks.reservation_id = :id AND picks.product_id = stock.product_id AND picks.warehouse_id = stock.warehouse_id`;

const GIVE_BACK = (which: string): string => `UPDATE stock SET available = stock.available + back.quantity FROM (
    SELECT product_id, warehouse_id, SUM(quantity) AS quantity
    FROM picks JOIN reservations ON reservations.id = picks.reservation_id
    WHERE state = 'held' AND ${which} GROUP BY product_id, warehouse_id) AS back
  WHERE back.product_id = stock.product_id AND back.warehouse_id = stock.warehouse_id`;

/**
 * Ends the reservations whose time is over and returns their pieces. To be run in one transaction, in front of whatever depends on the
 * stock: a reservation changes its state in the same transaction, so its pieces come back once.
 */
export function expire(now: number): Statement[] {
  return [
    { sql: GIVE_BACK('expires_at <= :now'), args: { now } },
    { sql: `UPDATE reservations SET state = 'expired' WHERE state = 'held' AND expires_at <= :now`, args: { now } },
  ];
}

/** The wanted products of which too few pieces are there, for telling the buyer; `hold` decides for itself. */
export function shortages(wanted: readonly ReservationLine[]): Statement {
  return { sql: SHORT, args: { lines: JSON.stringify(wanted) } };
}

/**
 * Holds all the lines or none, in one transaction: the reservation is written only where no line falls short, and pieces are taken only
 * for a reservation that was written. Nothing is read first and decided later, so two buyers never get the same piece.
 */
export function hold(reservation: NewReservation): Statement[] {
  const { id, expiresAt } = reservation;
  const lines = JSON.stringify(reservation.lines);
  return [
    { sql: HOLD, args: { lines, id, expiresAt } },
    { sql: PICK, args: { lines, id } },
    { sql: TAKE, args: { id } },
  ];
}

/** Returns the pieces of a reservation that is still held; for any other it changes nothing. */
export function release(id: string): Statement[] {
  return [
    { sql: GIVE_BACK('id = :id'), args: { id } },
    { sql: `UPDATE reservations SET state = 'released' WHERE state = 'held' AND id = :id`, args: { id } },
  ];
}

/** Makes a reservation that is still held final; for any other it changes nothing. */
export function commit(id: string): Statement[] {
  return [{ sql: `UPDATE reservations SET state = 'committed' WHERE state = 'held' AND id = :id`, args: { id } }];
}
