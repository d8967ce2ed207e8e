import type { IncomingMessage } from 'node:http';
import { BffError, routeDeclarationOf } from '@portico/core';
import type { FastifyInstance, RouteOptions } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { type CorsFields, corsFieldsOf } from './cors-fields.ts';
import { METHODS } from './request-check.ts';
import type { ServerConfig } from './server-config.ts';

const UNSAID = corsFieldsOf();
const OFF: readonly string[] = [];
const NO_HANDLER = (): undefined => undefined;

/**
 * The CORS fields of responses (Fetch standard). A preflight is answered before the router sees a request, and what a script may
 * send and read depends on the route: so routes are found by a router of the same kind, which knows no handlers.
 */
export class Cors {
  /** Whether there is an origin at all. */
  readonly isOn: boolean;
  private readonly origins: ReadonlySet<string>;
  private readonly maxAge: string;
  private readonly router;

  constructor({ CORS_ORIGINS, CORS_MAX_AGE, MAX_URL_LENGTH }: ServerConfig) {
    this.origins = CORS_ORIGINS;
    this.isOn = CORS_ORIGINS.size > 0;
    this.maxAge = String(CORS_MAX_AGE);
    this.router = findMyWay({ maxParamLength: MAX_URL_LENGTH });
  }

  /** Gets to know all routes that are registered from here on. */
  watch(fastify: FastifyInstance): void {
    if (this.isOn) fastify.addHook('onRoute', (route) => this.add(route));
  }

  /**
   * The fields of every response, flat `name, value, ...`: the origin itself when it is on the list, never `*`, and `Vary: Origin`
   * whatever the origin is, because a cache must keep the responses apart.
   */
  headersOf(request: IncomingMessage): readonly string[] {
    if (!this.isOn) return OFF;
    const origin = request.headers.origin;
    if (origin === undefined || !this.origins.has(origin)) return ['vary', 'Origin'];
    const { exposed } = this.find(request.method, request.url) ?? UNSAID;
    return [
      ...['vary', 'Origin', 'access-control-allow-origin', origin, 'access-control-allow-credentials', 'true'],
      ...['access-control-expose-headers', exposed],
    ];
  }

  /**
   * The further fields of a preflight's 204: the methods that the path has, and the fields that the method asked for takes.
   *
   * @returns undefined when the request is not a preflight, or CORS is off
   * @throws BffError `origin-not-allowed`, or `route-not-found` for a path that no route has
   */
  preflightHeadersOf({ method, headers, url }: IncomingMessage): readonly string[] | undefined {
    if (!this.isOn || method !== 'OPTIONS') return undefined;
    const { origin } = headers;
    const wanted = headers['access-control-request-method'];
    if (origin === undefined || wanted === undefined) return undefined;
    if (!this.origins.has(origin)) throw new BffError('origin-not-allowed');
    const methods = [...METHODS].filter((one) => this.find(one, url) !== undefined);
    if (methods.length === 0) throw new BffError('route-not-found');
    const fields = this.find(wanted, url);
    return [
      ...['access-control-allow-methods', methods.join(', '), 'access-control-max-age', this.maxAge],
      ...(fields === undefined ? [] : ['access-control-allow-headers', fields.allowed]),
    ];
  }

  private find(method = '', url = ''): CorsFields | undefined {
    if (!METHODS.has(method)) return undefined;
    const store = this.router.find(method as HTTPMethod, url)?.store as CorsFields | null | undefined;
    return store ?? undefined;
  }

  private add({ method, url, handler }: RouteOptions): void {
    const declaration = routeDeclarationOf(handler);
    const served = corsFieldsOf(declaration?.fields);
    for (const one of [method].flat() as HTTPMethod[]) {
      // A refusal is known too: a wider route must not speak for its path.
      const fields = declaration?.refused?.includes(one) ? undefined : served;
      // Versions of a controller's method share a path.
      if (!this.router.hasRoute(one, url)) this.router.on(one, url, NO_HANDLER, fields);
    }
  }
}
