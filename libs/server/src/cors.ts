import type { IncomingMessage } from 'node:http';
import { BffError } from '@portico/core';

const ALLOWED_HEADERS =
  'accept, authorization, content-type, idempotency-key, if-match, if-none-match, traceparent, tracestate, x-csrf, x-request-id';
const EXPOSED_HEADERS =
  'etag, link, location, retry-after, server-timing, x-portico-fallback, x-portico-parts, x-request-id';

/**
 * The CORS fields of the answer (Fetch standard), flat `name, value, ...`: the origin itself when it is on the list, never
 * `*`, and `Vary: Origin` whatever the origin is, because a cache must keep the answers apart.
 *
 * @param origins exact origins; none switches CORS off
 */
export function corsHeaders(request: IncomingMessage, origins: ReadonlySet<string>): readonly string[] {
  if (origins.size === 0) return [];
  const origin = request.headers.origin;
  if (origin === undefined || !origins.has(origin)) return ['vary', 'Origin'];
  return [
    'vary',
    'Origin',
    'access-control-allow-origin',
    origin,
    'access-control-allow-credentials',
    'true',
    'access-control-expose-headers',
    EXPOSED_HEADERS,
  ];
}

/**
 * The further fields of a preflight's 204.
 *
 * @returns undefined when the request is not a preflight, or CORS is off
 * @throws BffError `origin-not-allowed`
 */
export function preflightHeaders(
  request: IncomingMessage,
  origins: ReadonlySet<string>,
): readonly string[] | undefined {
  if (origins.size === 0 || request.method !== 'OPTIONS') return undefined;
  const origin = request.headers.origin;
  if (origin === undefined || request.headers['access-control-request-method'] === undefined) return undefined;
  if (!origins.has(origin)) throw new BffError('origin-not-allowed');
  return [
    'access-control-allow-methods',
    'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers',
    ALLOWED_HEADERS,
    'access-control-max-age',
    '600',
  ];
}
