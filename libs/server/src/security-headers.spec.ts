import { securityHeaders } from './security-headers.ts';

/** OWASP Secure Headers Project; Fetch standard (CORP), HTML standard (COOP), CSP 3, RFC 6797. */
const API = [
  ...['x-content-type-options', 'nosniff'],
  ...['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['cross-origin-resource-policy', 'same-origin'],
];
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const PAGE = [
  ...['x-content-type-options', 'nosniff', 'referrer-policy', 'strict-origin-when-cross-origin'],
  ...['content-security-policy', PAGE_POLICY, 'x-frame-options', 'DENY'],
  ...['cross-origin-resource-policy', 'same-origin', 'cross-origin-opener-policy', 'same-origin'],
];
const TRANSPORT = ['strict-transport-security', 'max-age=63072000; includeSubDomains'];

it.each([
  ['api', 'http', API],
  ['api', 'https', [...API, ...TRANSPORT]],
  ['page', 'http', PAGE],
  ['page', 'https', [...PAGE, ...TRANSPORT]],
] as const)('answers of the kind %s over %s carry these security headers', (kind, protocol, expected) => {
  expect(securityHeaders(kind, protocol)).toEqual(expected);
});
