import { Controller, Inject, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import { contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CheckedRoute } from './check-routes.ts';
import type { RouteTable } from './route-table.ts';

/** Token of the RouteTable that the controller's methods work with. */
export const ROUTE_TABLE = Symbol('portico.route-table');

class RouteTableController {
  constructor(readonly table: RouteTable) {}
}

/**
 * Makes one Nest controller class with a method for each method of each row, so that guards see every route. The
 * decorators are applied as the plain functions they are. What a row does is looked up in the table by its number,
 * because the table opens later than the class is made.
 */
export function routeController(rows: readonly CheckedRoute[]): Type {
  class Routes extends RouteTableController {}
  Inject(ROUTE_TABLE)(Routes, undefined, 0);
  rows.forEach((row, index) => row.methods.forEach((method) => addMethod(Routes.prototype, row, method, index)));
  Controller()(Routes);
  return Routes;
}

function addMethod(prototype: object, row: CheckedRoute, method: CheckedRoute['methods'][number], index: number): void {
  const key = `${method} ${row.path.text}`;
  Object.defineProperty(prototype, key, { value: entryOf(row, index), configurable: true });
  Req()(prototype, key, 0);
  Res()(prototype, key, 1);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key)!;
  RequestMapping({ path: row.path.text, method: RequestMethod[method] })(prototype, key, descriptor);
}

function entryOf({ path, route }: CheckedRoute, index: number) {
  return function (this: RouteTableController, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const ctx = contextOf(request.raw);
    ctx.route = path.text;
    ctx.expireAfter(route.timeout);
    return this.table.handlers[index]!(request, reply, ctx);
  };
}
