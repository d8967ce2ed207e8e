import { type CanActivate, ForbiddenException } from '@nestjs/common';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { BffError, contextOf, declareAccess, declareRoute, type RequestContext } from '@portico/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { fieldsOf } from './route-fields.ts';
import type { RouteHandler } from './route-handler.ts';
import type { RouteTable } from './route-table.ts';

/** What guards see as the controller of every row: their `context.getClass()`. */
class RouteTableRow {}

type Params = Readonly<Record<string, string>>;

const row = new RouteTableRow();
const consumer = new GuardsConsumer();

/**
 * Serves every row of a route table: the application's guards first, then the row's handler. Rows are Fastify's routes
 * rather than methods of a Nest controller, which would look for parameters and interceptors at every request.
 *
 * @param guards of the application (`APP_GUARD`), in their order; `context.getHandler()` is the row's handler
 */
export function serveRoutes(fastify: FastifyInstance, { rows }: RouteTable, guards: CanActivate[]): void {
  for (const { path, methods, route, handler } of rows) {
    declareAccess(handler, route.auth);
    const answer = behindGuards(guards, handler);
    const parameters = path.segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []));
    const serve = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const ctx = contextOf(request.raw);
      // The router lets `/orders/` be `/orders/:id`, whose upstream path would be the list of all orders.
      const params = request.params as Params;
      if (hasEmpty(params, parameters)) throw new BffError('route-not-found');
      ctx.route = path.text;
      ctx.parameters = params;
      ctx.expireAfter(route.timeout);
      return answer(request, reply, ctx);
    };
    declareRoute(serve, { kind: 'guarded', fields: fieldsOf(route) });
    fastify.route({ method: [...methods] as HTTPMethods[], url: path.text, handler: serve });
  }
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
