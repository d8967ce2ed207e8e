import { BffError } from '@portico/core';
import type { Send } from '../send.ts';

/**
 * Sends nothing for a request that was given up or whose time is over. What runs already is cut by the context itself:
 * its one timer aborts it, and the transport listens.
 */
export function deadline(next: Send): Send {
  return function sendInTime(request, ctx) {
    if (ctx.aborted) return Promise.reject(ctx.aborted);
    if (ctx.deadline !== Infinity && ctx.clock.now() >= ctx.deadline)
      return Promise.reject(new BffError('deadline-exceeded'));
    return next(request, ctx);
  };
}
