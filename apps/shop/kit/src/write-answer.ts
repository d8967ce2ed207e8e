import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EndpointOptions } from './endpoint.ts';

/** Sends what an endpoint's method returned, with validators when the endpoint is cacheable. */
export function writeAnswer(
  options: EndpointOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: unknown,
): void {
  reply.code(options.status ?? 200);
  if (options.answer === undefined) return void reply.send();
  const { contentType = 'application/json', cacheControl = 'no-store' } = options;
  const text = options.contentType === undefined ? JSON.stringify(answer) : String(answer);
  reply.header('cache-control', cacheControl);
  if (options.cacheControl !== undefined) {
    const tag = strongTag(text);
    reply.header('etag', tag);
    if (matches(request.headers['if-none-match'], tag)) return void reply.code(304).send();
  }
  reply.header('content-type', `${contentType}; charset=utf-8`).send(text);
}

const strongTag = (text: string): string => `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;

/** Weak comparison, as RFC 9110 section 13.1.2 wants it for If-None-Match. */
function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
}
