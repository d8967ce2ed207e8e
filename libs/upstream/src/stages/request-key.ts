import type { RequestContext } from '@portico/core';
import type { UpstreamRequest } from '../send.ts';

/**
 * Header fields of one request or of one client's address: with them in a key no two requests would be the same. `Forwarded`
 * repeats what `X-Forwarded-Host` and `-Proto` say, and these stay: the links of an answer may be made of them, and a client
 * chooses its `Host`. An answer made for one address is thus given to another, as any shared cache does it (RFC 9111).
 */
export const PER_REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'forwarded',
  'traceparent',
  'tracestate',
  'x-forwarded-for',
  'x-request-id',
]);

/** Whether nothing in a request tells its client from others: no user, no credentials and no cookie. */
export function isAnonymous({ headers, principal }: RequestContext): boolean {
  return principal === undefined && !headers.authorization && !headers.cookie;
}

/**
 * A text that two requests have in common only when an upstream cannot tell them apart and they come from the same client:
 * the user, its credentials and cookies are part of it. With their lengths in front no value can be taken for part of another.
 *
 * @param left names of header fields that make no difference, in lower case
 */
export function requestKey(request: UpstreamRequest, ctx: RequestContext, left: ReadonlySet<string>): string {
  const { method, target, headers, holdUpTo = '' } = request;
  const authorization = `${ctx.headers.authorization ?? ''}`;
  const cookie = `${ctx.headers.cookie ?? ''}`;
  const user = ctx.principal === undefined ? '' : ctx.principal.id;
  let key = `${user.length}.${authorization.length}.${cookie.length}.${target.length}.${holdUpTo}.${method}\n`;
  key += user + authorization + cookie + target;
  for (let i = 0; i < headers.length; i += 2) {
    if (!left.has(headers[i]!)) key += `\n${headers[i]}:${headers[i + 1]}`;
  }
  return key;
}
