import type { IncomingMessage } from 'node:http';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { contextOf, type Principal, type RequestContext } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditedCall } from './audit-record.ts';
import type { AnswerKeeping, AuditTrail } from './audit-trail.ts';
import { endsAccessOf, type EndsAccessOptions } from './ends-access.ts';

/** The methods that change something (RFC 9110 9.2.1 calls the others safe). */
const UNSAFE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Calls that have passed the guard: written down before, or ending access, which waits for nothing. */
const passed = new WeakMap<IncomingMessage, 'asked' | EndsAccessOptions>();

/** Lets nothing unsafe pass that is not written down. It comes after the guard that knows who calls. */
export class AuditTrailGuard implements CanActivate {
  constructor(private readonly trail: AuditTrail | undefined) {}

  /** @throws BffError `audit-unavailable` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.trail === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!UNSAFE.has(request.method)) return true;
    const endsAccess = endsAccessOf(context.getHandler());
    if (endsAccess) {
      passed.set(request.raw, endsAccess);
      return true;
    }
    return this.trail.ask(callOf(request, contextOf(request.raw))).then(() => {
      passed.set(request.raw, 'asked');
      return true;
    });
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
        const answer = { status, error: ctx.failure?.code, duration };
        trail.answered(callOf(request, ctx), answer, keepingOf(request.raw, ctx.principal, status));
      });
    }
    done();
  };
}

/** Strangers may call what ends access as often as they like: only what has ended something is sure of its record. */
function keepingOf(raw: IncomingMessage, principal: Principal | undefined, status: number): AnswerKeeping {
  const passage = passed.get(raw);
  if (passage === 'asked') return {};
  const isProven = passage?.provesCaller === true || (passage !== undefined && principal !== undefined);
  return isProven && status < 400 ? { lane: 'known' } : { isRefusal: true };
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
