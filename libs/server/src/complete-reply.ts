import { contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { controllerExchangeOf } from './controllers/controller-exchange.ts';
import { completeHead, type ResponseHead } from './response-head.ts';

/** `Cache-Control` of a response whose controller says nothing. */
const UNSAID = 'no-store';

/**
 * Completes the head of a response that leaves by Fastify's reply: a controller's, a file. It gets the fields of every response. A
 * controller's response is kept by no cache unless it says so, and leaves as `private` unless everybody may call the method, as a
 * row's does. Hijacked replies do not come here: whoever writes the head itself takes `replyHeaders` along.
 */
export function completeReply(request: FastifyRequest, reply: FastifyReply): void {
  const head = new ReplyHead(reply);
  const exchange = controllerExchangeOf(request);
  if (exchange && head.get('cache-control') === undefined) head.set('cache-control', UNSAID);
  completeHead(head, contextOf(request.raw), exchange?.plan.isPublic !== false);
}

class ReplyHead implements ResponseHead {
  constructor(private readonly reply: FastifyReply) {}

  names(): readonly string[] {
    return Object.keys(this.reply.getHeaders());
  }

  get(name: string): string | undefined {
    const value = this.reply.getHeader(name);
    return value === undefined ? undefined : String(value);
  }

  set(name: string, value: string): void {
    this.reply.header(name, value);
  }

  remove(name: string): void {
    this.reply.removeHeader(name);
    this.reply.raw.removeHeader(name);
  }
}
