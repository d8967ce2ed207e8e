import { isForSharedCaches, privateCacheControl, type RequestContext } from '@portico/core';

/** The fields of a response before they are written; names in lower case. */
export interface ResponseHead {
  names(): readonly string[];
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
}

/**
 * Completes the head of a response that leaves by Nest or Fastify: with the fields of every response, and `private` where it was made for
 * somebody.
 *
 * @param isPublic whether everybody gets the same; a known caller makes it private in any case
 */
export function completeHead(head: ResponseHead, ctx: RequestContext, isPublic: boolean): void {
  addReplyHeaders(head, ctx);
  if (!isPublic || ctx.principal !== undefined) makeHeadPrivate(head);
}

/** Adds the fields of every response: request id, security, CORS. What the handler says itself counts. */
function addReplyHeaders(head: ResponseHead, { replyHeaders }: RequestContext): void {
  for (let index = 0; index < replyHeaders.length; index += 2) {
    const name = replyHeaders[index]!;
    const value = replyHeaders[index + 1]!;
    const said = head.get(name);
    if (said === undefined) head.set(name, value);
    // Without `Origin` a cache would give one origin what was allowed to another.
    else if (name === 'vary') head.set(name, `${said}, ${value}`);
  }
}

/** Takes away what would let shared caches keep a response that was made for one user. */
function makeHeadPrivate(head: ResponseHead): void {
  for (const name of head.names()) if (isForSharedCaches(name)) head.remove(name);
  head.set('cache-control', privateCacheControl(head.get('cache-control')));
}
