import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { contextOf, type RequestContext } from '@portico/core';
import type { FastifyRequest } from 'fastify';

/** Fits a parameter that takes a `T`, and no other: on one of another type it does not compile. */
export type ParameterDecoratorOf<T> = <C, Name extends keyof C, Index extends number>(
  controller: C,
  name: Name,
  index: C[Name] extends (...args: infer Arguments) => unknown ? (T extends Arguments[Index] ? Index : never) : never,
) => void;

/**
 * Decorator of a parameter of a controller's method: the context of the request, which says who calls (`principal`), by when the
 * response must be there (`deadline`, in the clock's milliseconds), and goes along with calls of upstreams.
 */
export const Context: () => ParameterDecoratorOf<RequestContext> = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => contextOf(context.switchToHttp().getRequest<FastifyRequest>().raw),
) as never;

/**
 * Decorator of a parameter of a controller's method: a signal that aborts when the request is given up, because its time is over, the
 * client has gone, or the process ends. Its `reason` is the `BffError`. Made only where it is asked for.
 */
export const Signal: () => ParameterDecoratorOf<AbortSignal> = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    signalOf(contextOf(context.switchToHttp().getRequest<FastifyRequest>().raw)),
) as never;

function signalOf(ctx: RequestContext): AbortSignal {
  const controller = new AbortController();
  ctx.onAbort((reason) => controller.abort(reason));
  return controller.signal;
}
