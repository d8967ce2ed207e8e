import type { IncomingMessage } from 'node:http';
import { contextOf, routeDeclarationOf } from '@portico/core';
import { fastify, type FastifyInstance, type RouteOptions } from 'fastify';
import { completeReply } from './complete-reply.ts';
import { Cors } from './cors.ts';
import { logEvents } from './event-log.ts';
import { createHttpServer } from './http-server.ts';
import type { ProcessLog } from './logger.ts';
import type { UnguardedRoute } from './bff-options.ts';
import { ProblemFilter } from './problem.filter.ts';
import { RegisteredRoutes } from './registered-routes.ts';
import { METHODS } from './request-check.ts';
import { RequestEntry } from './request-entry.ts';
import { schemaCompilers } from './schema-compilers.ts';
import type { ServerConfig } from './server-config.ts';
import { withOneStartListener } from './fastify-start.ts';

/** The server below Nest. */
export interface Front {
  readonly fastify: FastifyInstance;
  readonly entry: RequestEntry;
  readonly routes: RegisteredRoutes;
}

/**
 * Fastify behind our own first stop: a request is checked and has its context before the router sees it, so that even
 * what the router refuses is logged and answered like everything else.
 */
export function createFastify(
  config: ServerConfig,
  processLog: ProcessLog,
  unguarded: readonly UnguardedRoute[] = [],
): Front {
  const filter = new ProblemFilter(processLog.log);
  const cors = new Cors(config);
  let entry: RequestEntry | undefined;
  const create = () =>
    fastify({
      serverFactory: (handler) => {
        entry = new RequestEntry(config, processLog.requests, handler, cors);
        return createHttpServer(config, entry);
      },
      // The server answers these itself, see `refuseUnparsed`.
      clientErrorHandler: () => undefined,
      frameworkErrors: (error, request, reply) => filter.answer(error, request, reply),
      return503OnClosing: false,
      exposeHeadRoutes: true,
      genReqId: (request: IncomingMessage) => contextOf(request).requestId,
      routerOptions: { maxParamLength: config.MAX_URL_LENGTH },
      schemaController: { compilersFactory: schemaCompilers },
    });
  const instance = withOneStartListener(create);
  // No method has a body in Fastify's eyes: it neither reads nor judges one, handlers get the unread `request.raw`.
  for (const method of METHODS) instance.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  instance.addHook('onSend', (request, reply, _payload, done) => {
    completeReply(request, reply);
    done();
  });
  const routes = new RegisteredRoutes(unguarded);
  routes.watch(instance as unknown as FastifyInstance);
  cors.watch(instance as unknown as FastifyInstance);
  // After those that know a route by its handler, which this one replaces.
  instance.addHook('onRoute', nameRoute);
  const endEventLog = logEvents(processLog.log);
  instance.addHook('onClose', (_instance, done) => {
    endEventLog();
    done();
  });
  return { fastify: instance as unknown as FastifyInstance, entry: entry!, routes };
}

/**
 * Tells the context of each request which route it took: a controller's handler names none. Those that a library declares know
 * better what they serve, and name it themselves.
 */
function nameRoute(options: RouteOptions): void {
  const { url, handler } = options;
  if (routeDeclarationOf(handler) !== undefined) return;
  options.handler = function (request, reply) {
    contextOf(request.raw).route = url;
    return handler.call(this, request, reply);
  };
}
