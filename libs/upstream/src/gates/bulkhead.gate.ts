import type { BulkheadPolicy } from '../policies/bulkhead.policy.ts';
import { type UpstreamResponse, whenTaken } from '../send.ts';
import { Slots } from './bulkhead/slots.ts';
import type { Gate, Passage } from './gate.ts';

/**
 * Lets so many calls be under way at one time, the bodies of their answers included, and some more wait for their turn:
 * a hung upstream takes no more of the gateway than that. What is beyond fails with `upstream-saturated` at once.
 */
export class BulkheadGate implements Gate {
  private readonly slots: Slots;

  constructor(policy: BulkheadPolicy, upstream: string) {
    this.slots = new Slots(policy, upstream);
  }

  enter({ ctx }: Passage): Promise<void> | undefined {
    return this.slots.tryTake() ? undefined : this.slots.wait(ctx);
  }

  answered(_passage: Passage, response: UpstreamResponse): void {
    whenTaken(response, this.slots.release);
  }

  failed(): void {
    this.slots.release();
  }
}
