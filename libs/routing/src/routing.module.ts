import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BffError, ConfigError, contextOf } from '@portico/core';
import { buildUpstreams, type Upstream, type Upstreams } from '@portico/upstream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkRoutes, type CheckedRoute } from './check-routes.ts';
import { type CompileOptions, compileRoute } from './compile-route.ts';
import { freeze } from './freeze.ts';
import { type RefusedMethods, refusedMethods } from './refused-methods.ts';
import type { Route } from './route.ts';
import { type Endpoint, routeController } from './route-controller.ts';

/** What a BFF is made of. */
export interface RoutingOptions {
  /** Name of the BFF, as `Via` shows it: letters, digits and `-`. */
  readonly name: string;
  readonly upstreams: readonly Upstream[];
  readonly routes: readonly Route[];
}

interface RouteTable {
  readonly upstreams: Upstreams;
  readonly refused: readonly RefusedMethods[];
}

const ROUTE_TABLE = Symbol('portico.route-table');
const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Puts a route table to work: every row becomes a method of one Nest controller, compiled at boot. */
@Module({})
export class RoutingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(ROUTE_TABLE) private readonly table: RouteTable,
    @Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost,
  ) {}

  /**
   * @param options of the BFF; frozen from here on
   * @throws ConfigError listing everything that is wrong with upstreams and routes
   */
  static forRoot(options: RoutingOptions): DynamicModule {
    const { endpoints, table } = build(options);
    return {
      module: RoutingModule,
      controllers: [routeController(endpoints)],
      providers: [{ provide: ROUTE_TABLE, useValue: table }],
    };
  }

  /** Registers what each path refuses. */
  onModuleInit(): void {
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    for (const { path, refused, allow } of this.table.refused) {
      if (refused.length === 0) continue;
      fastify.route({ method: [...refused], url: path.text, handler: refusal(path.text, allow) });
    }
  }

  /** Closes the upstreams' connections once their calls have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.table.upstreams.close();
  }
}

/** Goes on after a problem, so that one start shows all that must be mended. */
function build(options: RoutingOptions): { endpoints: readonly Endpoint[]; table: RouteTable } {
  const problems: string[] = [];
  const collect = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push(...ConfigError.problemsOf(error));
      return undefined;
    }
  };
  if (!NAME.test(options.name)) problems.push(`name "${options.name}" must match ${NAME}`);
  const names = new Set(options.upstreams.map(({ name }) => name));
  const checked = collect(() => checkRoutes(freeze(options.routes), names));
  const upstreams = collect(() => buildUpstreams(options.upstreams));
  if (!checked || !upstreams) throw new ConfigError(problems);
  const hosts = new Set(upstreams.names.map((name) => new URL(upstreams.settings(name).origin).host));
  const compileOptions = { name: options.name, upstreams, hosts };
  const endpoints = checked.flatMap((row) => collect(() => compileEndpoints(row, compileOptions)) ?? []);
  if (problems.length > 0) throw new ConfigError(problems);
  return { endpoints, table: { upstreams, refused: refusedMethods(checked) } };
}

function compileEndpoints(row: CheckedRoute, options: CompileOptions): Endpoint[] {
  const handler = compileRoute(row, options);
  return row.methods.map((method) => ({ method, path: row.path.text, timeout: row.route.timeout, handler }));
}

function refusal(path: string, allow: string) {
  return (request: FastifyRequest): never => {
    contextOf(request).route = path;
    const detail = `${request.method} is not allowed here, use ${allow}`;
    throw new BffError('method-not-allowed', { detail, headers: { allow } });
  };
}
