import type { UpstreamResponse } from '../send.ts';
import { BodyStream } from '../transport/body-stream.ts';
import type { Slots } from './bulkhead/slots.ts';
import type { Gate, Passage } from './gate.ts';

/**
 * Lets so many calls be under way at one time, the bodies of their answers included, and some more wait for their turn:
 * a hung upstream takes no more of the gateway than that. Calls that last have places of their own, calls of a page those that the page
 * was let in with. What is beyond fails with `upstream-saturated` at once.
 */
export class BulkheadGate implements Gate {
  constructor(private readonly slots: Slots) {}

  enter(passage: Passage): Promise<void> | undefined {
    const { ctx, upload, request } = passage;
    if (upload !== undefined) return undefined;
    const { slots } = this;
    if (request.places === undefined) return slots.tryTake() ? undefined : slots.wait(ctx);
    passage.booking = request.places.use(slots);
    // Beyond what it was let in with: a hedge, or a call that boot could not foresee.
    return passage.booking || slots.tryTakeFirst() ? undefined : slots.waitFirst(ctx);
  }

  answered({ upload, booking }: Passage, response: UpstreamResponse): void {
    if (booking) whenTakenOrApart(response, () => booking.leave());
    else if (!upload) whenTakenOrApart(response, this.slots.release);
  }

  failed({ upload, booking }: Passage): void {
    if (booking) booking.leave();
    else if (!upload) this.slots.release();
  }
}

function whenTakenOrApart({ body }: UpstreamResponse, done: () => void): void {
  if ('chunks' in body || body.destroyed || (body instanceof BodyStream && body.isApart)) return done();
  const once = (): void => {
    body.off('close', once).off('apart', once);
    done();
  };
  body.on('close', once).on('apart', once);
}
