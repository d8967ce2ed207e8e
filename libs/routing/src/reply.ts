import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { BffError, type RequestContext } from '@portico/core';
import type { HeldBody } from '@portico/upstream';
import type { FastifyReply } from 'fastify';

/** An answer ready to be written. */
export interface Answer {
  readonly status: number;
  /** Flat list without framing fields; it is appended to. */
  readonly headers: string[];
  /** Length that the upstream announced, for streams and HEAD. */
  readonly contentLength?: string | undefined;
  readonly body: HeldBody | Readable;
}

/**
 * Writes an answer past Fastify's reply: one head, then the body. A stream that breaks takes the client's connection
 * with it, so that what arrived can be told from a whole answer (RFC 9112 8).
 *
 * @throws when the head cannot be written; nothing is sent then
 */
export function writeAnswer(reply: FastifyReply, answer: Answer, ctx: RequestContext): void {
  const { raw } = reply;
  const { status, headers, body } = answer;
  const hasContent = status !== 204 && status !== 304;
  const hasBody = hasContent && raw.req.method !== 'HEAD';
  for (let i = 0; i < ctx.replyHeaders.length; i++) headers.push(ctx.replyHeaders[i]!);
  const length = hasBody && 'chunks' in body ? String(body.length) : answer.contentLength;
  if (hasContent && length !== undefined) headers.push('content-length', length);
  raw.writeHead(status, headers);
  reply.hijack();
  if (!hasBody) writeNothing(raw, body);
  else if ('chunks' in body) writeHeld(raw, body);
  else writeStream(raw, body, ctx);
}

function writeNothing(raw: ServerResponse, body: HeldBody | Readable): void {
  if (!('chunks' in body)) body.destroy();
  raw.end();
}

function writeHeld(raw: ServerResponse, { chunks }: HeldBody): void {
  if (chunks.length === 1) {
    raw.end(chunks[0]);
    return;
  }
  raw.cork();
  for (let i = 0; i < chunks.length; i++) raw.write(chunks[i]!);
  raw.end();
  raw.uncork();
}

/** By hand: `stream.pipeline` makes an AbortController and a DOMException for every answer, a third of the cost of 200 KB. */
function writeStream(raw: ServerResponse, body: Readable, ctx: RequestContext): void {
  body.on('data', (chunk: Uint8Array) => {
    if (!raw.write(chunk)) body.pause();
  });
  raw.on('drain', () => body.resume());
  raw.on('close', () => body.destroy());
  body.on('end', () => raw.end());
  body.on('error', (error) => {
    if (error instanceof BffError) ctx.failure ??= error;
    raw.destroy();
  });
}
