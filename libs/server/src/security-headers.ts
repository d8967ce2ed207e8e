/**
 * Every answer of an API: nothing in it is ever a page, a script or a frame. `X-Frame-Options` and `Referrer-Policy` would
 * add nothing: `frame-ancestors` replaces the one, and what is no page has no links.
 */
const API: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy',
  'same-origin',
];

/** The pages of a static site: their own scripts, styles, pictures and API, nothing from elsewhere, no frames. */
const PAGE: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'strict-origin-when-cross-origin',
  'content-security-policy',
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-frame-options',
  'DENY',
  'cross-origin-resource-policy',
  'same-origin',
  'cross-origin-opener-policy',
  'same-origin',
];

/** Two years, RFC 6797; only over https, where a browser heeds it. */
const TRANSPORT: readonly string[] = ['strict-transport-security', 'max-age=63072000; includeSubDomains'];

const HEADERS = {
  api: { http: API, https: [...API, ...TRANSPORT] },
  page: { http: PAGE, https: [...PAGE, ...TRANSPORT] },
} as const;

/** The security header fields of an answer, flat `name, value, ...`. Shared: copy before adding to it. */
export function securityHeaders(kind: 'api' | 'page', protocol: 'http' | 'https'): readonly string[] {
  return HEADERS[kind][protocol];
}
