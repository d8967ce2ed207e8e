import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BffError } from '@portico/core';
import { answerProblem } from './answer.ts';
import { problemBody, PROBLEMS } from './problems.ts';
import type { RequestEntry } from './request-entry.ts';

const REFUSED = Symbol('portico.refused');

function errorOf(code: string | undefined): BffError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new BffError('request-timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return new BffError('headers-too-large');
  return new BffError('request-malformed');
}

/** A problem answer written without a request to answer; the connection ends with it. */
export function writeRaw(socket: Socket, error: BffError): void {
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

/** Answers what the parser refused: in its place in the queue, after the answers to valid requests before it. */
export function refuseUnparsed(
  failure: NodeJS.ErrnoException,
  socket: Socket & { [REFUSED]?: boolean },
  entry: RequestEntry,
): void {
  if (socket[REFUSED]) return;
  if (failure.code === 'ECONNRESET' || failure.code === 'EPIPE' || !socket.writable) {
    socket.destroy(failure);
    return;
  }
  socket[REFUSED] = true;
  const error = errorOf(failure.code);
  const last = lastOf(socket, entry);
  if (!last) return writeRaw(socket, error);
  const context = entry.inFlight.get(last);
  if (!last.req.complete) {
    context?.abort(error);
    answerProblem(last, error, context, true);
    return;
  }
  last.once('close', () => writeRaw(socket, error));
}

/** The newest request of the connection that is not answered yet. */
function lastOf(socket: Socket, entry: RequestEntry): ServerResponse<IncomingMessage> | undefined {
  let last: ServerResponse | undefined;
  for (const response of entry.inFlight.keys()) if (response.req.socket === socket) last = response;
  return last;
}
