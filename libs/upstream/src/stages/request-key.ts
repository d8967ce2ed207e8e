import type { RequestContext } from '@portico/core';
import type { UpstreamRequest } from '../send.ts';

/** Whether nothing in a request tells its client from others: no credentials and no cookie. */
export function isAnonymous({ headers }: RequestContext): boolean {
  return !headers.authorization && !headers.cookie;
}

/**
 * A text that two requests have in common only when an upstream cannot tell them apart and they come from the same client:
 * its credentials and cookies are part of it. With their lengths in front no value can be taken for part of another.
 *
 * @param left names of header fields that make no difference, in lower case
 */
export function requestKey(request: UpstreamRequest, ctx: RequestContext, left: ReadonlySet<string>): string {
  const { method, target, headers, holdUpTo = '' } = request;
  const authorization = `${ctx.headers.authorization ?? ''}`;
  const cookie = `${ctx.headers.cookie ?? ''}`;
  let key = `${authorization.length}.${cookie.length}.${target.length}.${holdUpTo}.${method}\n`;
  key += authorization + cookie + target;
  for (let i = 0; i < headers.length; i += 2) {
    if (!left.has(headers[i]!)) key += `\n${headers[i]}:${headers[i + 1]}`;
  }
  return key;
}
