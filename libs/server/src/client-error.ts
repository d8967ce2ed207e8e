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
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** Answers what Node's parser refused, and ends the connection. Called again for the same connection it does nothing. */
export function refuseUnparsed(failure: NodeJS.ErrnoException, socket: Refusable, entry: RequestEntry): void {
  if (failure.code === 'ECONNRESET' || failure.code === 'EPIPE') socket.destroy();
  else refuse(errorOf(failure.code), socket, entry);
}

/** Answers in the error's place in the queue: after the answers to the valid requests that came before. */
export function refuse(error: BffError, socket: Refusable, entry: RequestEntry): void {
  if (socket[REFUSED]) return;
  socket[REFUSED] = true;
  const last = entry.newestOf(socket);
  const context = last && entry.inFlight.get(last);
  if (!last || !context) return writeRaw(socket, error);
  if (last.req.complete) {
    last.once('close', () => writeRaw(socket, error));
  } else if (last.writableEnded) {
    socket.destroySoon();
  } else {
    context.abort(error);
    answerProblem(last, error, context, true);
  }
}
