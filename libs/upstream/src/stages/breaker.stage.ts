import type { BffError } from '@portico/core';
import { type BreakerEvent, events } from '../events.ts';
import { outcomeOfError, outcomeOfStatus } from '../health/outcome.ts';
import type { BreakerPolicy } from '../policies/breaker.policy.ts';
import type { Send, Stage } from '../send.ts';
import { type BreakerListener, CircuitBreaker, REFUSED } from './breaker/circuit-breaker.ts';
import { hasLastingBody } from './repeatable.ts';
import { refusal } from './refusal.ts';

/**
 * Leaves an upstream alone that mostly fails or is mostly slow: calls fail with `upstream-circuit-open` at once and
 * without a contact, until a few probes have gone well. 4xx are no failures, and what the upstream is not to blame for (the
 * client left, a stage further in refused the call) counts for nothing.
 */
export function breaker(policy: BreakerPolicy, upstream: string): Stage {
  const publish: BreakerListener = (from, to, reason) => {
    if (events.breaker.hasSubscribers) events.breaker.publish({ upstream, from, to, reason } satisfies BreakerEvent);
  };
  return function breakerStage(next: Send): Send {
    const circuit = new CircuitBreaker(policy, publish);
    return async function sendThroughBreaker(request, ctx) {
      const startedAt = ctx.clock.now();
      const ticket = circuit.admit(startedAt);
      if (ticket === REFUSED) throw refusal(upstream, 'breaker', circuit.waitAt(startedAt));
      try {
        const response = await next(request, ctx);
        const now = ctx.clock.now();
        // While a client's body was passed on nobody can tell who kept whom waiting.
        const since = hasLastingBody(request) ? startedAt : now;
        circuit.settle(ticket, outcomeOfStatus(response.status), since, now);
        return response;
      } catch (error) {
        const now = ctx.clock.now();
        circuit.settle(ticket, outcomeOfError(error as BffError, request, ctx, now - startedAt), startedAt, now);
        throw error;
      }
    };
  };
}
