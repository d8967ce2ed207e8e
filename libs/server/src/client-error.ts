import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BffError } from '@portico/core';
import { answerProblem } from './answer.ts';
import { problemBody, PROBLEMS } from './problems.ts';
import type { RequestEntry } from './request-entry.ts';

const REFUSED = Symbol('portico.refused');

type Refusable = Socket & { [REFUSED]?: boolean };

function errorOf(code: string | undefined): BffError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new BffError('request-timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return new BffError('headers-too-large');
  return new BffError('request-malformed');
}

/** A problem answer written without a request to answer; the connection ends with it. */
function writeRaw(socket: Socket, error: BffError): void {
  if (!socket.writable) return;
  const { status } = PROBLEMS[error.code];
  const body = problemBody(error);
  const head = [
    `HTTP/1.1 ${status} ${PROBLEMS[error.code].title}`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `content-length: ${Buffer.byteLength(body)}`,
    `date: ${new Date().toUTCString()}`,
    'connection: close',
    ...Object.entries(error.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** Answers what Node's parser refused, and ends the connection. Called again for the same connection it does nothing. */
export function refuseUnparsed(failure: NodeJS.ErrnoException, socket: Refusable, entry: RequestEntry): void {
  if (hasLeft(failure.code, socket, entry)) socket.destroy();
  else refuse(errorOf(failure.code), socket, entry);
}

/** A client that closes while it waits for an answer has left, in the middle of a further request too. */
function hasLeft(code: string | undefined, socket: Socket, entry: RequestEntry): boolean {
  if (code === 'HPE_INVALID_EOF_STATE') return entry.queueOf(socket).current?.req.complete === true;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Answers in the error's place in the queue: after the answers to the valid requests that came before. */
export function refuse(error: BffError, socket: Refusable, entry: RequestEntry): void {
  if (socket[REFUSED]) return;
  socket[REFUSED] = true;
  const queue = entry.queueOf(socket);
  const { current, newest } = queue;
  if (!current) return writeRaw(socket, error);
  if (newest !== current && !newest!.req.complete) queue.withdraw();
  if (newest !== current || current.req.complete) queue.onEmpty = () => writeRaw(socket, error);
  else refuseCurrent(current, error, entry);
}

/** The body of a request that is being answered turned out malformed, or is late. */
function refuseCurrent(current: ServerResponse, error: BffError, entry: RequestEntry): void {
  const context = entry.inFlight.get(current);
  if (current.writableEnded) return current.req.socket.destroySoon();
  context?.abort(error);
  answerProblem(current, error, context, { close: true });
}
