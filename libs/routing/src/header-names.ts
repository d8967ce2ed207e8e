/**
 * Request fields that pass to an upstream unless the route says otherwise: what describes the content, what is wanted,
 * conditions and ranges. Everything else stays outside.
 */
export const DEFAULT_REQUEST_HEADERS: readonly string[] = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'prefer',
  'range',
  'user-agent',
];

/** Request fields that describe a body (RFC 9110 8, RFC 9530, and those that came before them): without one they say nothing true. */
export const CONTENT_FIELDS: ReadonlySet<string> = new Set([
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'digest',
  'repr-digest',
]);

/**
 * Response fields that pass to the client unless the route says otherwise. `location` is rewritten; `set-cookie`,
 * `link` and `content-location`, which speak of the upstream's own addresses too, pass rewritten where a route allows them.
 */
export const DEFAULT_RESPONSE_HEADERS: readonly string[] = [
  'accept-patch',
  'accept-post',
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'etag',
  'expires',
  'last-modified',
  'location',
  'preference-applied',
  'retry-after',
  'sunset',
  'vary',
  'www-authenticate',
  'x-portico-fallback',
];

/** Concern one connection or hop only, or the framing of a message (RFC 9110 7.6): never a route's business. */
const CONNECTION_FIELDS: readonly string[] = [
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'max-forwards',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
];

/** Credentials, identity and origin: only the gateway speaks for them. */
const GATEWAY_FIELDS: readonly string[] = [
  'authorization',
  'baggage',
  'cf-connecting-ip',
  'client-ip',
  'cookie',
  'fastly-client-ip',
  'forwarded',
  'set-cookie',
  'traceparent',
  'tracestate',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-host',
  'x-original-url',
  'x-permissions',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url',
  'x-roles',
  'x-scopes',
  'x-user',
];

const REQUEST_BLOCKED = new Set([...CONNECTION_FIELDS, ...GATEWAY_FIELDS]);
const REQUEST_BLOCKED_PREFIXES: readonly string[] = ['proxy-', 'x-forwarded', 'x-user-', 'x-tenant', 'x-auth'];
const RESPONSE_BLOCKED = new Set([...CONNECTION_FIELDS, 'x-request-id', 'traceparent', 'tracestate']);
const RESPONSE_BLOCKED_PREFIXES: readonly string[] = ['proxy-', 'access-control-'];

/** Letters, digits and `-` (a subset of RFC 9110 5.6.2): with `_`, `X_User_Id` would be read as `X-User-Id` by CGI-like servers. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** RFC 9110 5.5: visible ASCII, spaces and tabs, neither at the edges. */
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** The way a header field travels. */
export type Direction = 'request' | 'response';

/** Why a route cannot name this header field, or undefined when it can. `name` in lower case. */
export function problemOfName(name: string, direction: Direction): string | undefined {
  if (!NAME.test(name)) return 'is not a header name (letters, digits and "-")';
  const blocked = direction === 'request' ? REQUEST_BLOCKED : RESPONSE_BLOCKED;
  const prefixes = direction === 'request' ? REQUEST_BLOCKED_PREFIXES : RESPONSE_BLOCKED_PREFIXES;
  if (blocked.has(name) || prefixes.some((prefix) => name.startsWith(prefix)))
    return 'belongs to the gateway and never passes';
  return undefined;
}

/** Whether a text can be the value of a header field. */
export function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && VALUE.test(value);
}
