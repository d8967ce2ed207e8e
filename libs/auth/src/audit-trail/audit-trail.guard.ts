import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { contextOf, type RequestContext } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditedCall } from './audit-record.ts';
import type { AuditTrail } from './audit-trail.ts';

/** The methods that change something (RFC 9110 9.2.1 calls the others safe). */
const UNSAFE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Lets nothing unsafe pass that is not written down. It comes after the guard that knows who calls. */
export class AuditTrailGuard implements CanActivate {
  constructor(private readonly trail: AuditTrail | undefined) {}

  /** @throws BffError `audit-unavailable` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.trail === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!UNSAFE.has(request.method)) return true;
    return this.trail.ask(callOf(request, contextOf(request.raw))).then(() => true);
  }
}

/** Fastify hook that writes down how each unsafe call of a route ends, the ones that a guard refuses too. */
export function recordAnswers(trail: AuditTrail) {
  return (request: FastifyRequest, { raw: response }: FastifyReply, done: () => void): void => {
    if (UNSAFE.has(request.method) && !request.is404) {
      response.once('close', () => {
        const ctx = contextOf(request.raw);
        const status = response.headersSent ? response.statusCode : 499;
        const duration = Math.round(ctx.clock.now() - ctx.startedAt);
        trail.answered(callOf(request, ctx), { status, error: ctx.failure?.code, duration });
      });
    }
    done();
  };
}

function callOf(request: FastifyRequest, ctx: RequestContext): AuditedCall {
  return {
    requestId: ctx.requestId,
    traceId: ctx.trace.traceId,
    principal: ctx.principal?.id,
    session: ctx.principal?.session,
    client: ctx.client.address,
    method: request.method,
    route: request.routeOptions.url ?? '',
    parameters: request.params as Readonly<Record<string, string>>,
  };
}
