import { compileView } from '@portico/aggregation';
import type { Upstreams } from '@portico/upstream';
import type { CheckedRoute } from './check-routes.ts';
import { forward } from './forward.ts';
import { compileLocation } from './location.ts';
import { parseTemplate, type PathTemplate } from './path-template.ts';
import { compileQuery } from './query-rules.ts';
import { compileRequestHeaders } from './request-headers.ts';
import { compilePath } from './request-path.ts';
import { compileResponseHeaders } from './response-headers.ts';
import { compileRewrite, deriveRewrite } from './rewrite.ts';
import { DEFAULT_MAX_BODY_BYTES, type ForwardRoute } from './route.ts';
import type { RouteHandler } from './route-handler.ts';
import type { Uploads } from './uploads.ts';
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
  if ('view' in route) return answerView(compileView(route.view, options.upstreams));
  return compileForward(route, path, options);
}

function compileForward(route: ForwardRoute, path: PathTemplate, options: CompileOptions): RouteHandler {
  const { name, upstreams, uploads } = options;
  const to = parseTemplate(route.to) as PathTemplate;
  const { basePath, minRate, rateWindow } = upstreams.settings(route.upstream.name);
  const rewrite = compileRewrite(route.rewrite ?? deriveRewrite(path, to), basePath);
  const own = () => upstreams.origins(route.upstream.name);
  const location = compileLocation({ own, hasHost: (host) => hasHost(upstreams, host) }, rewrite);
  return forward({
    send: upstreams.send(route.upstream.name),
    path: compilePath(path, to),
    query: compileQuery(route.query),
    requestHeaders: compileRequestHeaders(route.headers?.request, name),
    responseHeaders: compileResponseHeaders({ rules: route.headers?.response, location, rewrite }),
    maxBodyBytes: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    idempotent: route.idempotent,
    uploads,
    leastRate: { minRate, rateWindow },
  });
}

function hasHost({ names, origins }: Upstreams, host: string): boolean {
  return names.some((name) => origins(name).has(`http://${host}`) || origins(name).has(`https://${host}`));
}
