import { BffError } from '@portico/core';
import { events } from '../events.ts';
import type { ConcurrencyLimitPolicy } from '../policies/concurrency-limit.policy.ts';
import type { Stage } from '../send.ts';
import { GradientLimit } from './concurrency-limit/gradient-limit.ts';

/** Failures that mean that the upstream was too slow. */
const TIMEOUTS: ReadonlySet<unknown> = new Set(['upstream-timeout', 'upstream-connect-timeout', 'deadline-exceeded']);

/**
 * Lets as many calls at once through as the upstream answers without growing slower, and refuses more at once with
 * `upstream-saturated`. A call counts until the head of its answer, or its whole when it is held, is there. Timeouts and
 * 503 shrink the limit; other failures, and clients that leave, say nothing of it.
 */
export function concurrencyLimit(policy: ConcurrencyLimitPolicy, upstream: string): Stage {
  return (next) => {
    const gradient = new GradientLimit(policy);
    let inFlight = 0;
    return async function sendWithinLimit(request, ctx) {
      if (inFlight >= gradient.limit) throw refusal(upstream);
      const startedAt = ctx.clock.now();
      gradient.started(++inFlight);
      try {
        const response = await next(request, ctx);
        if (response.status < 500) gradient.answered(startedAt, ctx.clock.now());
        else if (response.status === 503) gradient.overloaded(ctx.clock.now());
        return response;
      } catch (error) {
        if (error instanceof BffError && TIMEOUTS.has(error.code)) gradient.overloaded(ctx.clock.now());
        throw error;
      } finally {
        inFlight--;
      }
    };
  };
}

function refusal(upstream: string): BffError {
  if (events.refused.hasSubscribers) events.refused.publish({ upstream, by: 'concurrency-limit' });
  return new BffError('upstream-saturated', { upstream, headers: { 'retry-after': '1' } });
}
