import type { BffError } from '@portico/core';
import { outcomeOfError, outcomeOfStatus } from '../health/outcome.ts';
import type { Stage, UpstreamResponse } from '../send.ts';
import { type Gate, Passage } from './gate.ts';

/**
 * Sends every attempt through a row of gates, the first one first; they hear of its end in the opposite order. One stage
 * for all of them, because each `async` function around a call costs more than most gates do.
 */
export function gates(row: readonly Gate[]): Stage {
  return (next) =>
    async function sendThroughGates(request, ctx) {
      const passage = new Passage(request, ctx);
      let passed = 0;
      let response: UpstreamResponse;
      try {
        for (; passed < row.length; passed++) {
          const wait = row[passed]!.enter(passage);
          if (wait) {
            await wait;
            passage.startedAt = ctx.clock.now();
          }
        }
        response = await next(request, ctx);
      } catch (error) {
        passage.endedAt = ctx.clock.now();
        passage.outcome = outcomeOfError(error as BffError, request, ctx, passage.endedAt - passage.startedAt);
        while (passed > 0) row[--passed]!.failed(passage, error);
        throw error;
      }
      passage.endedAt = ctx.clock.now();
      passage.outcome = outcomeOfStatus(response.status);
      while (passed > 0) row[--passed]!.answered(passage, response);
      return response;
    };
}
