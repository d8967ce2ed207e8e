import type { DynamicModule, Type } from '@nestjs/common';
import type { HandlerLimits } from '@portico/core';

/** A folder of files served under `/`, for instance a built page. */
export interface StaticFiles {
  /** The folder; when it does not exist the BFF starts all the same and says so. */
  readonly root: string;
  /**
   * The page of a single-page application, answered to navigations to paths that name no file and whose first segment is that
   * of no route. Default none.
   */
  readonly fallback?: 'index.html';
}

/** A route that a plugin or a module registers on Fastify itself. No guard runs before it: everybody may call it. */
export interface UnguardedRoute {
  /** Exactly the methods that are registered. GET stands for HEAD too. */
  readonly methods: readonly string[];
  /** As it is registered, prefixes of plugins included: `/metrics`, `/docs/*`. */
  readonly path: string;
}

/** What a BFF is made of. */
export interface BffOptions {
  /** Name in the log, for instance `web-bff`. */
  readonly name: string;
  /** Where it listens unless `PORT` is set; 0 lets the system choose. */
  readonly port: number;
  /** The Nest module with its routes. */
  readonly module: Type | DynamicModule;
  /** Files to serve beside the API. Default none. */
  readonly static?: StaticFiles;
  /** Limits of methods of controllers that state none with `@Timeout()` and `@MaxBody()`. Default 10 s and 1 MiB. */
  readonly controllers?: Partial<HandlerLimits>;
  /**
   * Routes on Fastify itself that are meant to be open to everybody. Any other such route stops the start, and so does a
   * route that is listed here and registered nowhere. Default none.
   */
  readonly unguardedRoutes?: readonly UnguardedRoute[];
}

/** A BFF that listens. */
export interface RunningBff {
  /** Where to reach it from this machine, for instance `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Where its management listener is, undefined when there is none. */
  readonly managementUrl: string | undefined;
  /** Stops it in good order: requests in flight are finished within `DRAIN_TIMEOUT`. */
  close(): Promise<void>;
}

/** A start that failed for a reason of which the message says all: no stack is worth printing. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
