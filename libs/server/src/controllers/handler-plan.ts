import { RequestMethod } from '@nestjs/common';
import {
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
  RouteParamtypes,
  SSE_METADATA,
} from '@nestjs/common/internal';
import { accessOf, type HandlerLimits, limitProblems, statedLimits } from '@portico/core';

/** A controller's class. */
export type ControllerClass = abstract new (...args: never[]) => object;

/** A method of a controller that serves requests, as boot knows it. */
export interface HandlerPlan extends HandlerLimits {
  /** Whether its body is read before it is called, and whether as bytes only. Undefined: it asks for none. */
  readonly body: 'parsed' | 'bytes' | undefined;
  /** Whether it answers everybody alike, so that shared caches may keep what it says they may. */
  readonly isPublic: boolean;
  /** Whether it answers with events (`@Sse()`) whose end nobody knows. */
  readonly isEventStream: boolean;
}

/** Limits of methods that state none: 10 s, and 1 MiB as for a row. */
const DEFAULT_LIMITS: HandlerLimits = Object.freeze({ timeout: 10_000, maxBodyBytes: 1024 * 1024 });

/** Methods whose requests have a body. */
const WITH_BODY: ReadonlySet<RequestMethod> = new Set([
  ...[RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE, RequestMethod.ALL],
]);

/**
 * Reads what a method of a controller states; undefined when it serves no requests.
 *
 * @param defaults of the BFF (`BffOptions.controllers`), before 10 s and 1 MiB
 */
export function planOf(
  controller: ControllerClass,
  name: string,
  defaults: Partial<HandlerLimits> = {},
): HandlerPlan | undefined {
  const handler = methodOf(controller, name);
  if (!Reflect.hasMetadata(PATH_METADATA, handler)) return undefined;
  return {
    ...DEFAULT_LIMITS,
    ...defaults,
    ...statedLimits(handler, controller),
    body: bodyOf(argumentsOf(controller, name)),
    isPublic: accessOf(handler) === 'public',
    isEventStream: Reflect.getMetadata(SSE_METADATA, handler) === true,
  };
}

/** The problems of what a controller's method states, in sentences. */
export function handlerProblems(controller: ControllerClass, name: string): readonly string[] {
  const handler = methodOf(controller, name);
  const own = statedLimits(handler);
  const stated = limitProblems(own);
  if (!Reflect.hasMetadata(PATH_METADATA, handler)) {
    const isLimited = Object.keys(own).length > 0;
    return isLimited ? ['states a limit, but serves no requests: it lacks @Get() or another of its kind'] : [];
  }
  return [...stated, ...bodyProblems(argumentsOf(controller, name), handler, own)];
}

function bodyProblems(
  kinds: ReadonlySet<number>,
  handler: object,
  { maxBodyBytes }: Partial<HandlerLimits>,
): readonly string[] {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const body = bodyOf(kinds);
  if (kinds.has(RouteParamtypes.FILE) || kinds.has(RouteParamtypes.FILES)) {
    return ['asks for an uploaded file, but multipart bodies are not read: pass them on with a row of the route table'];
  }
  if (body !== undefined && !WITH_BODY.has(method)) {
    return [`asks for a body, but a request with ${RequestMethod[method]} has none: use @Query() or another method`];
  }
  if (body === undefined && maxBodyBytes !== undefined) {
    return ['states @MaxBody(), but asks for no body: it lacks @Body() or @RawBody()'];
  }
  return [];
}

function bodyOf(kinds: ReadonlySet<number>): HandlerPlan['body'] {
  if (kinds.has(RouteParamtypes.BODY)) return 'parsed';
  return kinds.has(RouteParamtypes.RAW_BODY) ? 'bytes' : undefined;
}

/** The kinds of what Nest hands to the method: its keys are `kind:index`. */
function argumentsOf(controller: ControllerClass, name: string): ReadonlySet<number> {
  const found = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as object;
  return new Set(Object.keys(found).map((key) => Number(key.split(':')[0])));
}

function methodOf(controller: ControllerClass, name: string): object {
  return (controller.prototype as Record<string, object>)[name]!;
}
