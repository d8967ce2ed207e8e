import type { Send } from '../send.ts';

/**
 * Sends nothing for a request that was given up, which includes that its deadline has come. What runs already is cut by
 * the context itself: its one timer aborts it, and the transport listens.
 */
export function deadline(next: Send): Send {
  return function sendInTime(request, ctx) {
    return ctx.aborted ? Promise.reject(ctx.aborted) : next(request, ctx);
  };
}
