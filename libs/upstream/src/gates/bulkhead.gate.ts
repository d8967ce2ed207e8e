import type { BulkheadPolicy } from '../policies/bulkhead.policy.ts';
import type { UpstreamResponse } from '../send.ts';
import { BodyStream } from '../transport/body-stream.ts';
import { Slots } from './bulkhead/slots.ts';
import type { Gate, Passage } from './gate.ts';

/**
 * Lets so many calls be under way at one time, the bodies of their answers included, and some more wait for their turn:
 * a hung upstream takes no more of the gateway than that. Calls that last have places of their own. What is beyond fails with `upstream-saturated` at once.
 */
export class BulkheadGate implements Gate {
  private readonly slots: Slots;

  constructor(policy: BulkheadPolicy, upstream: string) {
    this.slots = new Slots(policy, upstream);
  }

  enter({ ctx, upload }: Passage): Promise<void> | undefined {
    return upload !== undefined || this.slots.tryTake() ? undefined : this.slots.wait(ctx);
  }

  answered({ upload }: Passage, response: UpstreamResponse): void {
    if (!upload) whenTakenOrApart(response, this.slots.release);
  }

  failed({ upload }: Passage): void {
    if (!upload) this.slots.release();
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
