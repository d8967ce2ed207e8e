import { ConfigError } from '@portico/core';
import { Uploads } from '@portico/http';
import { buildUpstreams, type Upstream, type Upstreams } from '@portico/upstream';
import { checkRoutes, type CheckedRoute } from './check-routes.ts';
import { publicRowsWithUserTokens } from './check-tokens.ts';
import { compileRoute } from './compile-route.ts';
import { freeze } from './freeze.ts';
import type { Route } from './route.ts';
import type { RouteHandler } from './route-handler.ts';

/** What a BFF is made of. */
export interface RoutingOptions {
  /** Name of the BFF, as `Via` shows it: letters, digits and `-`. */
  readonly name: string;
  readonly upstreams: readonly Upstream[];
  readonly routes: readonly Route[];
}

/** A route table as far as it can be checked without the environment. */
export interface DeclaredRoutes {
  /** The checked rows; none when there is a problem. */
  readonly rows: readonly CheckedRoute[];
  readonly problems: readonly string[];
}

/** A row with the function that answers it. */
export interface ServedRoute extends CheckedRoute {
  readonly handler: RouteHandler;
}

/** A route table at work. */
export interface RouteTable {
  readonly upstreams: Upstreams;
  readonly rows: readonly ServedRoute[];
}

const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Checks the table; its rows are frozen from here on. */
export function declareRoutes({ name, upstreams, routes }: RoutingOptions): DeclaredRoutes {
  const problems = NAME.test(name) ? [] : [`name "${name}" must match ${NAME}`];
  const names = new Set(upstreams.map((upstream) => upstream.name));
  const rows = collect(problems, () => checkRoutes(freeze(routes), names)) ?? [];
  return { rows: problems.length === 0 ? rows : [], problems };
}

/**
 * Opens the upstreams and compiles every row. It goes on after a problem, so that one start shows all that must be mended.
 *
 * @param uploads all request bodies under way; the server's, so that one bound holds for rows and controllers together
 * @throws ConfigError listing everything that is wrong with upstreams, routes and views
 */
export function openRouteTable(
  { name, upstreams: definitions }: RoutingOptions,
  declared: DeclaredRoutes,
  uploads = new Uploads(),
): RouteTable {
  const problems = [...declared.problems];
  const upstreams = collect(problems, () => buildUpstreams(definitions));
  if (!upstreams) throw new ConfigError(problems);
  const rows = declared.rows.flatMap((row) => {
    const handler = collect(problems, () => compileRoute(row, { name, upstreams, uploads }));
    return handler ? [{ ...row, handler }] : [];
  });
  problems.push(...publicRowsWithUserTokens(declared.rows, upstreams));
  if (problems.length > 0) throw new ConfigError(problems);
  return { upstreams, rows };
}

function collect<T>(problems: string[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    problems.push(...ConfigError.problemsOf(error));
    return undefined;
  }
}
