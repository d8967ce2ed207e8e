import { contextOf, isForSharedCaches, privateCacheControl } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Completes the head of a response that leaves by Fastify's reply: a controller's, a file. It gets the fields of every response, and
 * where the caller is known it leaves as `private`, as a row's does. Hijacked replies do not come here: whoever writes the
 * head itself takes `replyHeaders` along.
 */
export function completeReply({ raw }: FastifyRequest, reply: FastifyReply): void {
  const { replyHeaders, principal } = contextOf(raw);
  for (let index = 0; index < replyHeaders.length; index += 2) {
    const name = replyHeaders[index]!;
    const value = replyHeaders[index + 1]!;
    const said = reply.getHeader(name);
    if (said === undefined) reply.header(name, value);
    // Without `Origin` a cache would give one origin what was allowed to another.
    else if (name === 'vary') reply.header(name, `${String(said)}, ${value}`);
  }
  if (principal !== undefined) makeReplyPrivate(reply);
}

function makeReplyPrivate(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) {
    if (!isForSharedCaches(name)) continue;
    reply.removeHeader(name);
    reply.raw.removeHeader(name);
  }
  const said = reply.getHeader('cache-control');
  reply.header('cache-control', privateCacheControl(said === undefined ? undefined : String(said)));
}
