import { Injectable } from '@nestjs/common';
import { Problem, ServiceClient, ServiceSettings } from '@portico/shop-kit';
import { z } from 'zod';
import type { LineInput } from './order.ts';

const reservationSchema = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/) });

/** How a reservation ended: its pieces were sold, or went back (given back now or before, or their time was over). */
export type ReservationEnd = 'sold' | 'given-back';

/** Asks inventory, at `INVENTORY_URL`. Every call throws a Problem 502 when inventory cannot be asked. */
@Injectable()
export class InventoryClient {
  readonly #inventory: ServiceClient;

  constructor(settings: ServiceSettings) {
    const { INVENTORY_URL } = settings.read({ INVENTORY_URL: z.url().default('http://127.0.0.1:4002') });
    this.#inventory = new ServiceClient('inventory', INVENTORY_URL.replace(/\/+$/, ''));
  }

  /** Holds the pieces of all lines for 15 minutes. @returns the reservation's id @throws Problem 409 naming the lines that fall short */
  async reserve(lines: readonly LineInput[]): Promise<string> {
    const answer = await this.#inventory.call({
      method: 'POST',
      path: '/reservations',
      body: { lines: lines.map(({ productId, quantity }) => ({ productId, quantity })) },
      answer: reservationSchema,
    });
    if (answer.ok) return answer.body.id;
    if (answer.status !== 409) throw new Problem(502, `The service inventory refused the reservation.`);
    throw new Problem(409, 'There are not enough pieces of everything; nothing was ordered.', answer.problem.errors);
  }

  /** Takes the pieces of a reservation for good; may be repeated. */
  async commit(reservationId: string): Promise<ReservationEnd> {
    const answer = await this.#inventory.call({ method: 'POST', path: `/reservations/${reservationId}/commit` });
    return answer.ok ? 'sold' : 'given-back';
  }

  /** Gives the pieces of a reservation back, unless they were sold; may be repeated. */
  async release(reservationId: string): Promise<ReservationEnd> {
    const answer = await this.#inventory.call({ method: 'DELETE', path: `/reservations/${reservationId}` });
    return !answer.ok && answer.status === 409 ? 'sold' : 'given-back';
  }
}
