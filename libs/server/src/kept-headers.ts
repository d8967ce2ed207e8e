import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { BffError } from '@portico/core';
import type { FastifyReply } from 'fastify';

/** Fields that speak of a connection, of the content that now is another one, or to caches, for which a problem is `no-store`. */
const DROPPED =
  /^(?:content-.*|.*cache-control|.*-digest|accept-ranges|age|connection|digest|edge-control|etag|expires|keep-alive|last-modified|pragma|surrogate-.*|trailer|transfer-encoding|upgrade|x-accel-.*|x-sendfile)$/;

/**
 * The fields that a handler has set before it threw and that go along with the problem, flat: `Retry-After`, `WWW-Authenticate`, cookies,
 * fields of its own. What the error itself or every response says comes from there.
 *
 * @param replyHeaders of the context, flat
 * @param leftOut is called with Node's reason for each field that cannot be sent
 */
export function keptHeaders(
  reply: FastifyReply,
  replyHeaders: readonly string[],
  { headers }: BffError,
  leftOut: (reason: string) => void,
): readonly string[] {
  const taken = new Set([...replyHeaders.filter((_text, index) => index % 2 === 0), ...Object.keys(headers ?? {})]);
  return Object.entries(reply.getHeaders()).flatMap(([name, value]) => {
    if (value === undefined || taken.has(name) || DROPPED.test(name)) return [];
    return [value].flat().flatMap((one) => {
      const text = String(one);
      const reason = refusalOf(name, text);
      if (reason === undefined) return [name, text];
      leftOut(reason);
      return [];
    });
  });
}

/** Why Node would not write a field; undefined when it would. */
function refusalOf(name: string, value: string): string | undefined {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
