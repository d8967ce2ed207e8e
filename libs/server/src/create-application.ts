import type { DynamicModule, INestApplication, NestApplicationOptions } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConfigError } from '@portico/core';
import { Uploads } from '@portico/http';
import type { Logger } from 'pino';
import { bffModule } from './bff-module.ts';
import type { BffOptions } from './bff-options.ts';
import { BodyGuard } from './controllers/body.guard.ts';
import { HandlerPlans } from './controllers/handler-plans.ts';
import { type NestHandler, serveHandler } from './controllers/serve-handler.ts';
import type { Front } from './fastify-front.ts';
import { nestLogger } from './logger.ts';
import { ProblemFilter } from './problem.filter.ts';
import type { Readiness } from './readiness.ts';
import type { ServerConfig } from './server-config.ts';
import { serveStatic } from './static-files.ts';

/** Makes the Nest application of a BFF's module: `NestFactory.create`, or in a test what `Test.createTestingModule()` makes of it. */
export type CreateApplication = (
  module: DynamicModule,
  adapter: FastifyAdapter,
  options: NestApplicationOptions,
) => Promise<INestApplication>;

/** The parts of an application. */
export interface ApplicationParts {
  readonly options: BffOptions;
  readonly config: ServerConfig;
  readonly front: Front;
  readonly readiness: Readiness;
  readonly log: Logger;
}

/** An application that is put together, and does not listen yet. */
export interface Application {
  readonly app: INestApplication;
  /** Its problems stop the start. */
  readonly plans: HandlerPlans;
}

const byNest: CreateApplication = (module, adapter, options) => NestFactory.create(module, adapter, options);

/**
 * Puts the Nest application together on the server below it.
 *
 * @throws ConfigError with what is wrong with the module and its controllers together
 */
export async function createApplication(
  { options, config, front, readiness, log }: ApplicationParts,
  create = byNest,
): Promise<Application> {
  const adapter = bareAdapter(front);
  const filter = new ProblemFilter(log);
  const uploads = new Uploads(config.UPLOAD_MEMORY);
  const settings = { abortOnError: false, bodyParser: false, logger: nestLogger(log) };
  const app = await create(bffModule(options, { readiness, uploads, filter }), adapter, settings);
  refuseScopedGuards(app.get(ApplicationConfig));
  const limits = { defaults: options.controllers, memory: config.UPLOAD_MEMORY };
  const plans = new HandlerPlans(app.get(ModulesContainer), limits);
  app.useGlobalGuards(new BodyGuard(uploads));
  watchRegistrations(adapter as never, front, { plans, filter });
  try {
    if (options.static) await serveStatic(front, options.static, log);
    await app.init();
    await front.fastify.ready();
  } catch (error) {
    throw plans.problems.length === 0 ? error : new ConfigError([...plans.problems, ...problemsOf(error)]);
  }
  return { app, plans };
}

/** @throws ConfigError with each request-scoped guard of the application */
function refuseScopedGuards(config: ApplicationConfig): void {
  const names = config.getGlobalRequestGuards().map(({ metatype }) => metatype?.name ?? 'APP_GUARD');
  if (names.length === 0) return;
  const problem = 'guards of the application cannot be request-scoped: rows run them too';
  throw new ConfigError(names.map((name) => `${name}: ${problem}`));
}

/** The problems of the module; an error of another kind does not hide those already known. */
export function problemsOf(error: unknown): readonly string[] {
  return error instanceof ConfigError ? error.problems : [String(error)];
}

/**
 * Nest's adapter without the hooks it adds for what a BFF does in its own first stop or not at all: CORS, CSRF, 503 while
 * closing, versions, middleware (middie). Seven hooks and two listeners a request would cost 3 % of a forwarded one.
 */
function bareAdapter({ fastify }: Front): FastifyAdapter {
  const { addHook } = fastify;
  fastify.addHook = () => fastify;
  const adapter = new FastifyAdapter(fastify as never);
  fastify.addHook = addHook;
  adapter.init = () => Promise.resolve();
  return adapter;
}

/** The two of the adapter's methods that Nest's router registers with. */
interface NestRegistrar {
  injectRouteOptions(method: string | readonly string[], path: string, handler: NestHandler): unknown;
  setNotFoundHandler(handler: object): unknown;
}

/**
 * Puts limits around Nest's routes, which are the methods of controllers, and tells them, behind whose handlers the guards stand, from
 * routes that anybody registers by the same adapter.
 */
function watchRegistrations(
  adapter: NestRegistrar,
  { routes }: Front,
  { plans, filter }: { readonly plans: HandlerPlans; readonly filter: ProblemFilter },
): void {
  const { injectRouteOptions, setNotFoundHandler } = adapter;
  const answer = filter.answer.bind(filter);
  adapter.injectRouteOptions = (method, path, handler) =>
    routes.registerForNest(path, handler, (isMadeByNest) => {
      const serve = isMadeByNest ? serveHandler(handler, plans.of(handler.name), answer) : handler;
      return injectRouteOptions.call(adapter, method, path, serve);
    });
  adapter.setNotFoundHandler = (handler) =>
    routes.registerNotFoundForNest(() => setNotFoundHandler.call(adapter, handler));
}
