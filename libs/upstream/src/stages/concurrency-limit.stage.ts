import type { BffError } from '@portico/core';
import type { ConcurrencyLimitPolicy } from '../policies/concurrency-limit.policy.ts';
import type { Stage } from '../send.ts';
import { GradientLimit } from './concurrency-limit/gradient-limit.ts';
import { isGivenUp } from './given-up.ts';
import { hasLastingBody } from './repeatable.ts';
import { refusal } from './refusal.ts';

/** Milliseconds after which a refused call may be tried again. */
const RETRY_AFTER = 1_000;
/** Failures that mean that the upstream was too slow. */
const TIMEOUTS: ReadonlySet<unknown> = new Set(['upstream-timeout', 'upstream-connect-timeout', 'deadline-exceeded']);

/**
 * Lets as many calls at once through as the upstream answers without growing slower, and refuses more at once with
 * `upstream-saturated`. A call counts until the head of its answer, or its whole when it is held, is there. Timeouts and
 * 503 shrink the limit; other failures, clients that leave, and the time that passing on a client's body takes, say nothing of it.
 */
export function concurrencyLimit(policy: ConcurrencyLimitPolicy, upstream: string): Stage {
  return (next) => {
    const gradient = new GradientLimit(policy);
    let inFlight = 0;
    return async function sendWithinLimit(request, ctx) {
      if (inFlight >= gradient.limit) throw refusal(upstream, 'concurrency-limit', RETRY_AFTER);
      const startedAt = ctx.clock.now();
      gradient.started(++inFlight);
      try {
        const response = await next(request, ctx);
        const { status } = response;
        if (status === 503) gradient.overloaded(ctx.clock.now());
        // A refusal says nothing of how long work takes.
        else if (status < 500 && status !== 429 && hasLastingBody(request))
          gradient.answered(startedAt, ctx.clock.now());
        return response;
      } catch (error) {
        const isLate = TIMEOUTS.has((error as BffError).code) && !isGivenUp(ctx);
        if (isLate && hasLastingBody(request)) gradient.overloaded(ctx.clock.now());
        throw error;
      } finally {
        inFlight--;
      }
    };
  };
}
