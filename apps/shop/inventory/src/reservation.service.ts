import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import type { Reservation, ReservationLine } from './inventory.schemas.ts';
import { ReservationRepository, type Shortage, type StoredReservation } from './reservation.repository.ts';

/** Milliseconds for which pieces are held: 15 minutes. */
export const HOLD_TIME = 15 * 60 * 1000;

/** Holds pieces for buyers until they have paid or gone. */
@Injectable()
export class ReservationService {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly reservations: ReservationRepository,
  ) {}

  /** Holds all the pieces wanted. @throws Problem 409 naming the lines that fall short, and then nothing is held */
  async hold(lines: readonly ReservationLine[]): Promise<Reservation> {
    const now = this.settings.clock.epoch();
    const id = randomUUID();
    const expiresAt = now + HOLD_TIME;
    const short = await this.reservations.hold({ id, lines, now, expiresAt });
    if (short.length > 0) throw shortProblem(lines, short);
    return present({ id, state: 'held', lines: merge(lines), expiresAt });
  }

  /** Takes held pieces for good; doing it again changes nothing. @throws Problem 404, or 409 when they are not held any more */
  async commit(id: string): Promise<Reservation> {
    const reservation = await this.reservations.commit(id, this.settings.clock.epoch());
    if (!reservation) throw Problem.notFound('reservation', id);
    if (reservation.state === 'committed') return present(reservation);
    throw new Problem(409, `The reservation is ${reservation.state}; its pieces were given back.`);
  }

  /** Gives held pieces back; doing it again changes nothing. @throws Problem 404, or 409 when they are gone for good */
  async release(id: string): Promise<void> {
    const reservation = await this.reservations.release(id, this.settings.clock.epoch());
    if (!reservation) throw Problem.notFound('reservation', id);
    if (reservation.state === 'committed') throw new Problem(409, 'The reservation is committed; its pieces are gone.');
  }
}

function present({ expiresAt, ...reservation }: StoredReservation): Reservation {
  return { ...reservation, expiresAt: new Date(expiresAt).toISOString() };
}

function merge(lines: readonly ReservationLine[]): ReservationLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  return [...quantities].sort().map(([productId, quantity]) => ({ productId, quantity }));
}

function shortProblem(lines: readonly ReservationLine[], short: readonly Shortage[]): Problem {
  const errors = lines.flatMap(({ productId }, index) => {
    const shortage = short.find((line) => line.productId === productId);
    if (!shortage) return [];
    const message = `${productId}: ${shortage.quantity} wanted, ${shortage.available} available`;
    return [{ field: `lines.${index}.quantity`, message }];
  });
  return new Problem(409, 'There are not enough pieces of everything; nothing is held.', errors);
}
