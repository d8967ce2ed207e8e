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
 * @throws when the head cannot be written, and what a stream has broken with already; nothing is sent then
 */
export function writeAnswer(reply: FastifyReply, answer: Answer, ctx: RequestContext): void {
  const { raw } = reply;
  const { status, headers, body } = answer;
  refuseBroken(body);
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

/** A stream that broke with the bytes that its head came in said so before there was anybody to listen. */
function refuseBroken(body: HeldBody | Readable): void {
  if (!('chunks' in body) && body.errored) throw body.errored;
}

function writeNothing(raw: ServerResponse, body: HeldBody | Readable): void {
  if (!('chunks' in body)) body.destroy();
  raw.end();
}

/** Bytes of a body in one piece up to which it is written together with its head. */
const ONE_WRITE = 8 * 1024;

/** Node's own way to write a head and a body as one string, which `end(string)` takes too before it writes an empty one after it. */
interface HeadAndBodyWriter {
  _send(body: string, encoding: 'latin1'): boolean;
}

/**
 * `end(bytes)` hands the kernel head and body as pieces to gather (`writev`). For a small body in one piece that costs more than to
 * copy it: 5 of 90 microseconds of a proxied answer of 2 KB.
 */
function writeHeld(raw: ServerResponse, { chunks, length }: HeldBody): void {
  if (chunks.length === 1 && length <= ONE_WRITE) {
    (raw as ServerResponse & HeadAndBodyWriter)._send(latin1Of(chunks[0]!), 'latin1');
    raw.end();
    return;
  }
  raw.cork();
  for (let i = 0; i < chunks.length; i++) raw.write(chunks[i]!);
  raw.end();
  raw.uncork();
}

/** Each byte as one character. */
function latin1Of(bytes: Uint8Array): string {
  return (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'latin1',
  );
}

/** By hand: `stream.pipeline` makes an AbortController and a DOMException for every answer, a third of the cost of 200 KB. */
function writeStream(raw: ServerResponse, body: Readable, ctx: RequestContext): void {
  // With the first bytes if they are there: one write for both.
  if (body.readableLength === 0) raw.flushHeaders();
  body.on('data', (chunk: Uint8Array) => {
    if (!raw.write(chunk)) body.pause();
  });
  raw.on('drain', () => body.resume());
  raw.on('close', () => body.destroy());
  body.on('end', () => raw.end());
  body.on('error', (error) => {
    if (error instanceof BffError) ctx.failure ??= error;
    // A reset, because the system would keep what a slow reader has not taken, megabytes, for minutes after a close.
    if (error instanceof BffError && error.code === 'client-too-slow') raw.socket?.resetAndDestroy();
    else raw.destroy();
  });
}
