import type { BulkheadPolicy } from '../policies/bulkhead.policy.ts';
import { type Send, type Stage, whenTaken } from '../send.ts';
import { Slots } from './bulkhead/slots.ts';

/**
 * Lets so many calls be under way at one time, the bodies of their answers included, and some more wait for their turn:
 * a hung upstream takes no more of the gateway than that. What is beyond fails with `upstream-saturated` at once.
 */
export function bulkhead(policy: BulkheadPolicy, upstream: string): Stage {
  return function bulkheadStage(next: Send): Send {
    const slots = new Slots(policy, upstream);
    const sendInSlot: Send = async (request, ctx) => {
      try {
        const response = await next(request, ctx);
        whenTaken(response, slots.release);
        return response;
      } catch (error) {
        slots.release();
        throw error;
      }
    };
    const sendInTurn: Send = async (request, ctx) => {
      await slots.wait(ctx);
      return sendInSlot(request, ctx);
    };
    return function sendThroughBulkhead(request, ctx) {
      return slots.tryTake() ? sendInSlot(request, ctx) : sendInTurn(request, ctx);
    };
  };
}
