import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { BffError, contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem } from './answer.ts';
import { isResponse, ofHttpException } from './http-error.ts';
import { keptHeaders } from './kept-headers.ts';
import { problemOf } from './problems.ts';

/** Responses without a body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Any thrown value as the error a client is answered with. What is not understood becomes `internal`. */
export function toBffError(thrown: unknown, routeMissing: boolean): BffError {
  if (thrown instanceof BffError) return thrown;
  if (isBadEscape(thrown)) {
    return new BffError('request-malformed', { detail: 'the path is not valid percent-encoded UTF-8', cause: thrown });
  }
  if (routeMissing) return new BffError('route-not-found');
  if (thrown instanceof HttpException) return ofHttpException(thrown);
  return new BffError(isRefusedByFastify(thrown) ? 'request-malformed' : 'internal', { cause: thrown });
}

/** Fastify reports a path that it cannot decode in the name of its handler of unknown paths. */
function isBadEscape(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | undefined)?.code === 'FST_ERR_BAD_URL';
}

/** A status on another error, such as one of an HTTP client, is not said to this client. */
function isRefusedByFastify(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    thrown.name === 'FastifyError' &&
    Number((thrown as { statusCode?: unknown }).statusCode) < 500
  );
}

/** Turns whatever a handler, a guard or the router throws into a problem answer; the one way errors leave the server. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  /** Answers in the name of the handler that threw. */
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (isResponse(thrown)) respond(thrown, reply);
    else this.answer(thrown, http.getRequest<FastifyRequest>(), reply);
  }

  /** The same for errors of Fastify that never reach Nest, and for requests that are given up. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const context = contextOf(request.raw);
    const { requestId } = context;
    const error = toBffError(thrown, request.is404);
    if (problemOf(error).status === 500) {
      this.log.error({ requestId, err: error.cause ?? error }, 'a request failed unexpectedly');
    }
    // What was set on the way to a mistake, or is still being set, belongs to a response that there is not.
    const isMeant = (thrown instanceof BffError && thrown !== context.aborted) || thrown instanceof HttpException;
    const leftOut = (reason: string): void =>
      this.log.error({ requestId }, `a header field that was set before an error is left out: ${reason}`);
    const kept = isMeant ? keptHeaders(reply, context.replyHeaders, error, leftOut) : [];
    if (!reply.sent) reply.hijack();
    if (!reply.raw.headersSent) forgetHead(reply.raw);
    try {
      answerProblem(reply.raw, error, context, { kept });
    } catch (cause) {
      // Nobody would hear of it: Fastify leaves a hijacked reply alone.
      this.log.error({ requestId, err: cause }, `an error could not be answered as it says: ${String(cause)}`);
      answerProblem(reply.raw, new BffError('internal', { cause }), context);
    }
  }
}

/** 304, a redirection and the like are thrown by some to leave a handler early. They leave as Nest sends them. */
function respond(thrown: HttpException, reply: FastifyReply): void {
  const status = thrown.getStatus();
  const said: unknown = thrown.getResponse();
  const isObject = typeof said === 'object' && said !== null && !(said instanceof Error);
  reply.status(status);
  if (BODILESS.has(status)) void reply.send();
  else void reply.send(isObject ? said : { statusCode: status, message: thrown.message });
}

/** Fastify has set the fields of a stream before its first byte. `Connection` is the server's own. */
function forgetHead(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) if (name !== 'connection') response.removeHeader(name);
}
