import { Controller, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import { contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Method } from './route.ts';
import type { RouteHandler } from './route-handler.ts';

/** A method and path of the route table with what answers it. */
export interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly timeout: number;
  readonly handler: RouteHandler;
}

/**
 * Makes one Nest controller class with a method for each endpoint, so that guards see every route. The decorators are
 * applied as the plain functions they are.
 */
export function routeController(endpoints: readonly Endpoint[]): Type {
  class RouteTableController {}
  const { prototype } = RouteTableController;
  for (const endpoint of endpoints) {
    const key = `${endpoint.method} ${endpoint.path}`;
    Object.defineProperty(prototype, key, { value: entryOf(endpoint), configurable: true });
    Req()(prototype, key, 0);
    Res()(prototype, key, 1);
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key)!;
    RequestMapping({ path: endpoint.path, method: RequestMethod[endpoint.method] })(prototype, key, descriptor);
  }
  Controller()(RouteTableController);
  return RouteTableController;
}

function entryOf({ path, timeout, handler }: Endpoint) {
  return (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const ctx = contextOf(request);
    ctx.route = path;
    ctx.expireAfter(timeout);
    return handler(request, reply, ctx);
  };
}
