import { compileView } from '@portico/aggregation';
import type { Uploads } from '@portico/http';
import type { Upstreams } from '@portico/upstream';
import type { CheckedRoute } from './check-routes.ts';
import { forward } from './forward.ts';
import { addForwarded } from './forwarded.ts';
import { compileLocation, placeOf } from './location.ts';
import { parseTarget, type PathTemplate } from './path-template.ts';
import { compileQuery } from './query-rules.ts';
import { compileRequestHeaders } from './request-headers.ts';
import { compilePath } from './request-path.ts';
import { compileResponseHeaders } from './response-headers.ts';
import { compileCookiePath, compileRewrite, deriveRewrite, droppingSlash, forwardedPrefixOf } from './rewrite.ts';
import { DEFAULT_MAX_BODY_BYTES, type ForwardRoute } from './route.ts';
import type { RouteHandler } from './route-handler.ts';
import { answerView } from './view-route.ts';

/** What the routes of a BFF are compiled with. */
export interface CompileOptions {
  /** Name of the BFF, as `Via` shows it. */
  readonly name: string;
  readonly upstreams: Upstreams;
  readonly uploads: Uploads;
}

/** Turns a row of the route table into the one function that answers it. */
export function compileRoute({ route, path }: CheckedRoute, options: CompileOptions): RouteHandler {
  if ('view' in route) {
    return answerView(compileView(route.view, options.upstreams, addForwarded), route.auth !== 'public');
  }
  return compileForward(route, path, options);
}

function compileForward(route: ForwardRoute, path: PathTemplate, options: CompileOptions): RouteHandler {
  const { name, upstreams, uploads } = options;
  const to = parseTarget(route.to) as PathTemplate;
  const { basePath, minRate, rateWindow } = upstreams.settings(route.upstream.name);
  const rule = route.rewrite ?? deriveRewrite(path, to);
  const own = () => upstreams.origins(route.upstream.name);
  const known = { own, hasPlace: (place: string) => hasPlace(upstreams, place) };
  const rewrite = compileRewrite(rule, basePath);
  const location = compileLocation(known, to.endsWithSlash ? droppingSlash(rewrite) : rewrite);
  const cookiePath = compileCookiePath(rule, basePath);
  return forward({
    send: upstreams.send(route.upstream.name),
    path: compilePath(path, to),
    query: compileQuery(route.query),
    requestHeaders: compileRequestHeaders(route.headers?.request, { name, prefix: forwardedPrefixOf(rule) }),
    responseHeaders: compileResponseHeaders({ rules: route.headers?.response, location, cookiePath }),
    isPrivate: route.auth !== 'public',
    maxBodyBytes: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    idempotent: route.idempotent,
    uploads,
    leastRate: { minRate, rateWindow },
  });
}

function hasPlace({ names, origins }: Upstreams, place: string): boolean {
  return names.some((name) => [...origins(name)].some((origin) => placeOf(new URL(origin)) === place));
}
