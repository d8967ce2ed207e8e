import type { ServerResponse } from 'node:http';
import { BffError, type RequestContext } from '@portico/core';
import { problemBody, problemOf } from './problems.ts';

/** The largest rest of a request body that is read to keep a refused request's connection. */
const DRAINABLE = 65_536;

/** Whether the connection must end with this answer, because the rest of the request is not worth reading. */
function mustClose(response: ServerResponse): boolean {
  const { complete, headers, method } = response.req;
  if (
    complete ||
    method === 'HEAD' ||
    (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
  )
    return false;
  return !(Number(headers['content-length']) <= DRAINABLE);
}

/** Members of a problem beside those of its error. */
export interface ProblemOptions {
  /** Ends the connection after the answer. Default false. */
  readonly close?: boolean;
  /** Fields that a handler has set before it threw, flat; none that the error has too. Default none. */
  readonly kept?: readonly string[];
}

/**
 * Answers with problem+json (RFC 9457), unless there is a complete answer already. When the head of another answer is
 * out, the connection is cut, so that the client sees an incomplete message.
 *
 * @param context undefined for what failed before there was one
 */
export function answerProblem(
  response: ServerResponse,
  error: BffError,
  context: RequestContext | undefined,
  options: ProblemOptions = {},
): void {
  if (response.writableEnded) return;
  if (context) context.failure ??= error;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = problemBody(error, context);
  const headers = ['content-type', 'application/problem+json', 'cache-control', 'no-store'];
  headers.push('content-length', String(Buffer.byteLength(body)), ...furtherHeaders(error, context, options));
  if (options.close === true || mustClose(response)) headers.push('connection', 'close');
  response.writeHead(problemOf(error).status, headers);
  response.end(body);
}

function furtherHeaders(
  error: BffError,
  context: RequestContext | undefined,
  { kept = [] }: ProblemOptions,
): readonly string[] {
  return [...(context?.replyHeaders ?? []), ...kept, ...Object.entries(error.headers ?? {}).flat()];
}
