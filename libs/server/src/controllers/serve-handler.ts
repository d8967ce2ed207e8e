import { contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerProblem, ControllerExchange } from './controller-exchange.ts';
import type { HandlerPlan } from './handler-plan.ts';

/** What Nest makes of a controller's method and registers. */
export type NestHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** The handler with the limits of its plan around it. Nest's adapter reads metadata and properties off it, so it has them too. */
export function serveHandler(handler: NestHandler, plan: HandlerPlan, answer: AnswerProblem): NestHandler {
  const serve: NestHandler = (request, reply) => {
    new ControllerExchange(plan, request, reply, answer).begin(contextOf(request.raw));
    return handler(request, reply);
  };
  Object.assign(serve, handler);
  for (const key of Reflect.getMetadataKeys(handler) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), serve);
  }
  return Object.defineProperty(serve, 'name', { value: handler.name });
}
