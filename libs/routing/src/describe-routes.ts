import type { DynamicModule, Provider } from '@nestjs/common';
import { probeUpstream } from '@portico/aggregation';
import { type Access, ConfigError } from '@portico/core';
import type { Upstream } from '@portico/upstream';
import type { CheckedRoute } from './check-routes.ts';
import { parseTarget, type PathTemplate } from './path-template.ts';
import { DEFAULT_MAX_BODY_BYTES, type Method, type Route } from './route.ts';
import { declareRoutes, type RoutingOptions } from './route-table.ts';

/** Injection token of the options that a `RoutingModule` was made with. */
export const ROUTING_OPTIONS = Symbol('portico.routing-options');

/** A row of a route table with everything that applies to it, defaults too. */
export interface RouteDescription {
  readonly methods: readonly Method[];
  readonly path: PathTemplate;
  readonly access: Access;
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes; 0 for a view, which reads no body. */
  readonly maxBodyBytes: number;
  /** Where a forwarding row goes; undefined for a view. */
  readonly target: { readonly upstream: Upstream; readonly path: PathTemplate } | undefined;
  /** Every upstream that it calls, as far as boot can know. */
  readonly upstreams: readonly Upstream[];
}

/**
 * What the route table of a `RoutingModule` says, for tools. Nothing is opened and no environment is read.
 *
 * @returns undefined when the module is another one
 * @throws ConfigError listing everything that is wrong with the table
 */
export function describeRoutes({
  providers = [],
}: Pick<DynamicModule, 'providers'>): readonly RouteDescription[] | undefined {
  const options = providers.map(optionsIn).find((found) => found !== undefined);
  if (options === undefined) return undefined;
  const { rows, problems } = declareRoutes(options);
  if (problems.length > 0) throw new ConfigError(problems);
  return rows.map((row) => describe(row, options.upstreams));
}

function optionsIn(provider: Provider): RoutingOptions | undefined {
  const isOptions = typeof provider === 'object' && provider.provide === ROUTING_OPTIONS && 'useValue' in provider;
  return isOptions ? (provider.useValue as RoutingOptions) : undefined;
}

function describe({ route, path, methods }: CheckedRoute, upstreams: readonly Upstream[]): RouteDescription {
  const common = {
    methods,
    path,
    access: route.auth,
    timeout: route.timeout,
    upstreams: upstreamsOf(route, upstreams),
  };
  if ('view' in route) return { ...common, maxBodyBytes: 0, target: undefined };
  const target = { upstream: route.upstream, path: parseTarget(route.to) as PathTemplate };
  return { ...common, maxBodyBytes: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES, target };
}

function upstreamsOf(route: Route, upstreams: readonly Upstream[]): readonly Upstream[] {
  if (!('view' in route)) return [route.upstream];
  const names = new Set(route.view.parts.map((part) => probeUpstream(part.ask)));
  return upstreams.filter(({ name }) => names.has(name));
}
