import type { RequestContext } from '@portico/core';

/** The value of a client's cookie as it was sent, the first one of that name (RFC 6265 4.2). */
export function cookieOf(ctx: RequestContext, name: string): string | undefined {
  const { cookie } = ctx.headers;
  if (typeof cookie !== 'string') return undefined;
  for (let start = 0; start < cookie.length;) {
    const found = cookie.indexOf(';', start);
    const end = found === -1 ? cookie.length : found;
    const separator = cookie.indexOf('=', start);
    if (separator !== -1 && separator < end && cookie.slice(start, separator).trim() === name) {
      return cookie.slice(separator + 1, end).trim();
    }
    start = end + 1;
  }
  return undefined;
}
