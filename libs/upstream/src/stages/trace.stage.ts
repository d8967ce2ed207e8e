import { childSpan, formatTraceparent } from '@portico/core';
import type { Send } from '../send.ts';

/**
 * Passes the trace on (W3C Trace Context): each call gets a span id of its own, the gateway's span is its parent's
 * child, and the caller's `tracestate` goes along.
 */
export function trace(next: Send): Send {
  return function sendTraced(request, ctx) {
    request.headers.push('traceparent', formatTraceparent(ctx.trace, childSpan()));
    if (ctx.trace.state !== '') request.headers.push('tracestate', ctx.trace.state);
    return next(request, ctx);
  };
}
