import type { RouteFields } from '@portico/core';

/** What a script may send to a route, and what it may read of its responses, as values of `Access-Control-*`. */
export interface CorsFields {
  readonly allowed: string;
  readonly exposed: string;
}

/** Request fields that the gateway itself reads, whatever the route. */
const GATEWAY_REQUEST = ['authorization', 'dpop', 'traceparent', 'tracestate', 'x-csrf', 'x-request-id'];

/** Response fields that the gateway itself writes, whatever the route. */
const GATEWAY_RESPONSE = ['dpop-nonce', 'retry-after', 'server-timing', 'www-authenticate', 'x-request-id'];

/** What is taken for a route that does not say it: a controller, a view, a path that no route has. */
const UNSAID: RouteFields = {
  request: [
    ...['accept', 'accept-language', 'content-type', 'idempotency-key', 'if-match', 'if-modified-since'],
    ...['if-none-match', 'if-unmodified-since', 'prefer'],
  ],
  response: ['content-disposition', 'etag', 'link', 'location', 'x-portico-fallback', 'x-portico-parts'],
};

/** Scripts read these without being allowed to (Fetch standard, CORS-safelisted), and `Set-Cookie` never. */
const NOT_EXPOSED: ReadonlySet<string> = new Set([
  ...['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'],
  ...['set-cookie', 'set-cookie2'],
]);

/** The CORS fields of a route. */
export function corsFieldsOf({ request, response }: RouteFields = UNSAID): CorsFields {
  const exposed = [...GATEWAY_RESPONSE, ...response].filter((name) => !NOT_EXPOSED.has(name));
  return { allowed: listOf([...GATEWAY_REQUEST, ...request]), exposed: listOf(exposed) };
}

function listOf(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
