import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, problemBody } from './problem.ts';

/** Turns whatever a handler, Nest or Fastify throws into problem+json. What nobody planned is logged, and told as a bare 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('ProblemFilter');

  /** Nest calls this with every error of a request. */
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.#problemOf(error);
    reply.code(problem.status).header('content-type', 'application/problem+json').header('cache-control', 'no-store');
    reply.headers(problem.headers).send(JSON.stringify(problemBody(problem)));
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return new Problem(error.getStatus(), error.message);
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (error instanceof Error && status >= 400 && status < 500) return new Problem(status, error.message);
    this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return new Problem(500, 'The service made a mistake; its log says which.');
  }
}
