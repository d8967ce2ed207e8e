import type { BffError } from '@portico/core';
import type { RetryPolicy } from '../policies/retry.policy.ts';
import type { Send, Stage, UpstreamRequest, UpstreamResponse } from '../send.ts';
import { pause } from './retry/pause.ts';
import type { RetryBudget } from './retry/retry-budget.ts';
import { RetryRules } from './retry/retry-rules.ts';

/**
 * Sends a call again that failed, to another instance if there is one, as long as the policy, the budget and the
 * request's deadline allow it. Only a call with its body in memory, and only before its answer was handed on; one that
 * is not idempotent only when no connection was made for it. The caller gets the last answer or failure.
 *
 * @param budget shared by all stages that repeat calls of this upstream; the calls are counted here
 * @param random 0 up to, but not including, 1: the jitter
 */
export function retry(
  policy: RetryPolicy,
  budget: RetryBudget,
  upstream: string,
  random: () => number = Math.random,
): Stage {
  const rules = new RetryRules(policy, budget, upstream, random);
  return function retryStage(next: Send): Send {
    return async function sendWithRetry(request, ctx) {
      budget.countCall(ctx.clock.now());
      const ownHeaders = request.headers.length;
      for (let count = 1; ; count++) {
        let wait: number | undefined;
        try {
          const response = await next(request, ctx);
          if (!rules.isFailure(response)) return response;
          wait = rules.afterAnswer(response, { request, ctx, count });
          if (wait === undefined) return response;
          discard(response);
        } catch (error) {
          wait = rules.afterFailure(error as BffError, { request, ctx, count });
          if (wait === undefined) throw error;
        }
        await pause(wait, ctx);
        prepareAgain(request, ownHeaders);
      }
    };
  };
}

/** Lets go of an answer that nobody will read: what streams is cut, for reading it to its end may take for ever. */
function discard({ body }: UpstreamResponse): void {
  if (!('chunks' in body)) body.destroy();
}

/** Takes off the headers that later stages added, and asks for an instance that was not tried. */
function prepareAgain(request: UpstreamRequest, ownHeaders: number): void {
  request.headers.length = ownHeaders;
  const { instance, avoid = [] } = request;
  if (instance) request.avoid = [...avoid, instance];
  request.instance = undefined;
}
