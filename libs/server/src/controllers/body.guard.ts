import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { contextOf, FOR_CONTROLLERS, type RequestContext } from '@portico/core';
import { bodyOf, type LeastRate, readWhole, type RequestBody, takesBody, type Uploads } from '@portico/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ControllerExchange, controllerExchangeOf } from './controller-exchange.ts';
import { parserOf } from './parse-body.ts';

/** The least that a body must come at, as by default for a row. */
const LEAST: LeastRate = Object.freeze({ minRate: 240, rateWindow: 30_000 });

/** A request whose body was read. */
type ReadRequest = FastifyRequest & { rawBody?: Buffer };

/**
 * Reads the request's body for the methods of controllers that ask for one (`@Body()`, `@RawBody()`), and for no other. It is the last of
 * the global guards: nothing is read for who may not call, and guards of the controller itself find `body` and `rawBody`.
 */
export class BodyGuard implements CanActivate {
  readonly [FOR_CONTROLLERS] = true;

  constructor(private readonly uploads: Uploads) {}

  /** @throws BffError why the body is refused, or why the request has been given up */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.getArgByIndex<FastifyRequest>(0);
    const exchange = controllerExchangeOf(request);
    const ctx = contextOf(request.raw);
    // A guard before may have taken too long: the handler is not called for nobody.
    if (ctx.aborted) throw ctx.aborted;
    if (exchange?.plan.body === undefined || !takesBody(request.method)) return true;
    return this.read(exchange, context.getArgByIndex<FastifyReply>(1), request, ctx);
  }

  private async read(
    exchange: ControllerExchange,
    reply: FastifyReply,
    request: ReadRequest,
    ctx: RequestContext,
  ): Promise<true> {
    const body = bodyOf(request.raw, exchange.plan.maxBodyBytes);
    if (body === undefined) return true;
    const { headers } = request.raw;
    const isParsed = exchange.plan.body === 'parsed';
    // A body of unknown length and type may turn out to be none; any other is refused before it is read.
    const isJudged = isParsed && (body.length !== undefined || headers['content-type'] !== undefined);
    const parse = isJudged ? parserOf(headers) : undefined;
    const bytes = await this.bytesOf(body, exchange, reply, ctx);
    if (bytes === undefined || bytes.length === 0) return true;
    request.rawBody = bytes;
    if (isParsed) request.body = (parse ?? parserOf(headers))(bytes);
    return true;
  }

  private async bytesOf(
    body: RequestBody,
    exchange: ControllerExchange,
    reply: FastifyReply,
    ctx: RequestContext,
  ): Promise<Buffer | undefined> {
    exchange.isReading = true;
    try {
      const upload = this.uploads.begin(body, LEAST, ctx);
      // The bytes stay in memory as long as the handler may use them.
      reply.raw.once('close', () => this.uploads.release(upload));
      return await readWhole(upload, exchange.plan.maxBodyBytes, this.uploads, ctx);
    } finally {
      exchange.isReading = false;
    }
  }
}
