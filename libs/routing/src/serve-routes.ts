import { type CanActivate, ForbiddenException } from '@nestjs/common';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { BffError, contextOf, declareAccess, declareRoute, type RequestContext } from '@portico/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type RefusedMethods, refusedMethods } from './refused-methods.ts';
import { fieldsOf } from './route-fields.ts';
import type { RouteHandler } from './route-handler.ts';
import type { RouteTable, ServedRoute } from './route-table.ts';

/** What guards see as the controller of every row: their `context.getClass()`. */
class RouteTableRow {}

type Params = Readonly<Record<string, string>>;

const row = new RouteTableRow();
const consumer = new GuardsConsumer();

/** Methods that a path refuses because no row serves them. */
type Refusal = Pick<RefusedMethods, 'refused' | 'allow'>;

const NOTHING: Refusal = { refused: [], allow: '' };

/**
 * Serves every row of a route table: the application's guards first, then the row's handler. Rows are Fastify's routes
 * rather than methods of a Nest controller, which would look for parameters and interceptors at every request. What a path
 * refuses is refused by the first of its rows: a route of its own for that, and one for HEAD, would cost as much as a row.
 *
 * @param guards of the application (`APP_GUARD`), in their order; `context.getHandler()` is the row's handler
 */
export function serveRoutes(fastify: FastifyInstance, { rows }: RouteTable, guards: CanActivate[]): void {
  const byPath = new Map(refusedMethods(rows).map((refusal) => [refusal.path, refusal]));
  for (const served of rows) serveRow(fastify, served, guards, byPath.get(served.path) ?? NOTHING);
}

function serveRow(
  fastify: FastifyInstance,
  { path, methods, route, handler }: ServedRoute,
  guards: CanActivate[],
  { refused, allow }: Refusal,
): void {
  declareAccess(handler, route.auth);
  const answer = behindGuards(guards, handler);
  const parameters = path.segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []));
  const serve = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const ctx = contextOf(request.raw);
    if (refused.includes(request.method)) throw refusalOf(request, ctx, path.text, allow);
    // The router lets `/orders/` be `/orders/:id`, whose upstream path would be the list of all orders.
    const params = request.params as Params;
    if (hasEmpty(params, parameters)) throw new BffError('route-not-found');
    ctx.route = path.text;
    ctx.parameters = params;
    ctx.expireAfter(route.timeout);
    return answer(request, reply, ctx);
  };
  declareRoute(serve, { kind: 'guarded', fields: fieldsOf(route), refused });
  const own = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  fastify.route({ method: [...own, ...refused] as HTTPMethods[], url: path.text, handler: serve });
}

function refusalOf({ method }: FastifyRequest, ctx: RequestContext, path: string, allow: string): BffError {
  ctx.route = path;
  return new BffError('method-not-allowed', {
    detail: `${method} is not allowed here, use ${allow}`,
    headers: { allow },
  });
}

function hasEmpty(params: Params, names: readonly string[]): boolean {
  for (const name of names) if (params[name] === '') return true;
  return false;
}

function behindGuards(guards: CanActivate[], handler: RouteHandler): RouteHandler {
  if (guards.length === 0) return handler;
  return async (request: FastifyRequest, reply: FastifyReply, ctx: RequestContext) => {
    const mayPass = await consumer.tryActivate(guards, [request, reply], row, handler as () => unknown, 'http');
    if (!mayPass) throw new ForbiddenException();
    return handler(request, reply, ctx);
  };
}
