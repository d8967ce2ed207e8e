import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput } from '@portico/shop-kit';
import { z } from 'zod';
import { newReservationSchema, type Reservation, reservationSchema } from './inventory.schemas.ts';
import { ReservationService } from './reservation.service.ts';

const idParams = z.object({ id: z.string().min(1).max(100) });

/** Pieces held for buyers. */
@Controller()
export class ReservationController {
  constructor(private readonly reservations: ReservationService) {}

  @Endpoint({
    method: 'POST',
    path: '/reservations',
    summary: 'Holds pieces for 15 minutes, all of them or none',
    status: 201,
    body: newReservationSchema,
    answer: reservationSchema,
    problems: [409],
  })
  hold({ body }: EndpointInput<{ body: typeof newReservationSchema }>): Promise<Reservation> {
    return this.reservations.hold(body.lines);
  }

  @Endpoint({
    method: 'POST',
    path: '/reservations/:id/commit',
    summary: 'Takes held pieces for good; may be repeated',
    params: idParams,
    answer: reservationSchema,
    problems: [404, 409],
  })
  commit({ params }: EndpointInput<{ params: typeof idParams }>): Promise<Reservation> {
    return this.reservations.commit(params.id);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/reservations/:id',
    summary: 'Gives held pieces back; may be repeated',
    status: 204,
    params: idParams,
    problems: [404, 409],
  })
  release({ params }: EndpointInput<{ params: typeof idParams }>): Promise<void> {
    return this.reservations.release(params.id);
  }
}
