import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { BffError, type BffErrorCode, contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem } from './answer.ts';
import { PROBLEMS } from './problems.ts';

const CODES_OF_STATUS: Readonly<Record<number, BffErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'resource-not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  413: 'body-too-large',
  414: 'uri-too-long',
  417: 'expectation-failed',
  429: 'too-many-requests',
  431: 'headers-too-large',
};

function ofHttpStatus(status: number, error: Error): BffError {
  if (status >= 500) return new BffError('internal', { cause: error });
  return new BffError(CODES_OF_STATUS[status] ?? 'input-invalid', { detail: error.message, cause: error });
}

/** Any thrown value as the error a client is answered with. What is not understood becomes `internal`. */
export function toBffError(thrown: unknown, routeMissing: boolean): BffError {
  if (thrown instanceof BffError) return thrown;
  if (isBadEscape(thrown)) {
    return new BffError('request-malformed', { detail: 'the path is not valid percent-encoded UTF-8', cause: thrown });
  }
  if (routeMissing) return new BffError('route-not-found');
  if (thrown instanceof HttpException) return ofHttpStatus(thrown.getStatus(), thrown);
  const status = (thrown as { statusCode?: unknown } | undefined)?.statusCode;
  if (thrown instanceof Error && typeof status === 'number' && status < 500) {
    return new BffError('request-malformed', { cause: thrown });
  }
  return new BffError('internal', { cause: thrown });
}

/** Fastify reports a path that it cannot decode in the name of its handler of unknown paths. */
function isBadEscape(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | undefined)?.code === 'FST_ERR_BAD_URL';
}

/** Turns whatever a handler, a guard or the router throws into a problem answer; the one way errors leave the server. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  /** Answers in the name of the handler that threw. */
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** The same for errors of Fastify that never reach Nest. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const context = contextOf(request.raw);
    const error = toBffError(thrown, request.is404);
    if (PROBLEMS[error.code].status === 500) {
      this.log.error({ requestId: context.requestId, err: error.cause ?? error }, 'a request failed unexpectedly');
    }
    if (!reply.sent) reply.hijack();
    answerProblem(reply.raw, error, context);
  }
}
