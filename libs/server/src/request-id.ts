import type { TraceContext } from '@portico/core';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The client's `X-Request-Id` when it is harmless in logs and headers, else the span of this request, which is 64 fresh
 * random bits already: a second draw would cost time and say nothing more.
 */
export function requestIdOf(header: string | string[] | undefined, trace: TraceContext): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : trace.spanId;
}
