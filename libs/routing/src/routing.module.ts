import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { CONFIG_PROBLEMS, ConfigError, ENFORCES_ACCESS, FOR_CONTROLLERS } from '@portico/core';
import { Uploads } from '@portico/http';
import { UPSTREAMS, type Upstreams } from '@portico/upstream';
import type { FastifyInstance } from 'fastify';
import { upstreamsWithoutDoor } from './check-tokens.ts';
import { ROUTING_OPTIONS } from './describe-routes.ts';
import { declareRoutes, openRouteTable, type RouteTable, type RoutingOptions } from './route-table.ts';
import { serveRoutes } from './serve-routes.ts';

const ROUTE_TABLE = Symbol('portico.route-table');

/** Puts a route table to work: every row is compiled at boot and served behind the application's guards. */
@Module({})
export class RoutingModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(ROUTE_TABLE) private readonly table: RouteTable,
    @Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
  ) {}

  /**
   * Nothing is opened and no environment is read before Nest puts the application together; that fails with a ConfigError
   * that lists everything that is wrong with upstreams, routes and views.
   *
   * @param options of the BFF; frozen from here on
   */
  static forRoot(options: RoutingOptions): DynamicModule {
    const declared = declareRoutes(options);
    return {
      module: RoutingModule,
      // The server's health page asks for UPSTREAMS.
      global: true,
      providers: [
        { provide: ROUTING_OPTIONS, useValue: options },
        {
          provide: ROUTE_TABLE,
          useFactory: (others: readonly string[] = [], uploads?: Uploads) =>
            openRouteTable(options, { ...declared, problems: [...others, ...declared.problems] }, uploads),
          inject: [
            { token: CONFIG_PROBLEMS, optional: true },
            { token: Uploads, optional: true },
          ],
        },
        { provide: UPSTREAMS, useFactory: (table: RouteTable): Upstreams => table.upstreams, inject: [ROUTE_TABLE] },
      ],
      exports: [UPSTREAMS],
    };
  }

  /** Registers what each path serves and what it refuses. */
  onModuleInit(): void {
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    const guards = this.application.getGlobalGuards().filter((guard) => !(FOR_CONTROLLERS in guard));
    if (!guards.some((guard) => ENFORCES_ACCESS in guard)) {
      const problems = [...unguardedRows(this.table), ...upstreamsWithoutDoor(this.table.upstreams)];
      if (problems.length > 0) throw new ConfigError(problems);
    }
    serveRoutes(fastify, this.table, guards);
  }

  /** Begins to look for the upstreams' instances. */
  onApplicationBootstrap(): void {
    this.table.upstreams.start();
  }

  /** Closes the upstreams' connections once their calls have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.table.upstreams.close();
  }
}

/** Fail closed: a BFF that forgot its door must not serve what is not for everybody. */
function unguardedRows({ rows }: RouteTable): string[] {
  return rows
    .filter(({ route }) => route.auth !== 'public')
    .map(
      ({ methods, path }) =>
        `route ${methods.join(',')} ${path.text}: is not public, but the BFF imports no AuthModule`,
    );
}
