import { corsFieldsOf } from './cors-fields.ts';

const listOf = (names: readonly string[]): string => [...names].sort().join(', ');

/** Fields that the gateway reads and writes itself: RFC 6750, 9449 and 9110 11.6, W3C Trace Context and Server Timing, its own. */
const READ = ['authorization', 'dpop', 'traceparent', 'tracestate', 'x-csrf', 'x-request-id'];
const WRITTEN = ['dpop-nonce', 'retry-after', 'server-timing', 'www-authenticate', 'x-request-id'];
/** The CORS-safelisted response-header names of the Fetch standard, and its forbidden ones. */
const SAFELISTED = [
  ...['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'],
];
const FORBIDDEN = ['set-cookie', 'set-cookie2'];

describe('the CORS fields of a route', () => {
  it('are what it states and what the gateway reads and writes', () => {
    expect(corsFieldsOf({ request: ['x-shop'], response: ['x-total'] })).toEqual({
      allowed: listOf([...READ, 'x-shop']),
      exposed: listOf([...WRITTEN, 'x-total']),
    });
    expect(corsFieldsOf({ request: [], response: [] })).toEqual({ allowed: listOf(READ), exposed: listOf(WRITTEN) });
  });

  it('name each once, and expose none that scripts read anyway or never', () => {
    const response = [...SAFELISTED, ...FORBIDDEN, 'x-request-id', 'etag'];
    expect(corsFieldsOf({ request: ['authorization'], response })).toEqual({
      allowed: listOf(READ),
      exposed: listOf([...WRITTEN, 'etag']),
    });
  });

  it('are the usual ones where a route states none', () => {
    const usual = [
      ...['accept', 'accept-language', 'content-type', 'idempotency-key', 'if-match', 'if-modified-since'],
      ...['if-none-match', 'if-unmodified-since', 'prefer'],
    ];
    const told = ['content-disposition', 'etag', 'link', 'location', 'x-portico-fallback', 'x-portico-parts'];
    expect(corsFieldsOf(undefined)).toEqual({
      allowed: listOf([...READ, ...usual]),
      exposed: listOf([...WRITTEN, ...told]),
    });
  });
});
