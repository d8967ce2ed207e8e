import { accessOf, routeDeclarationOf } from '@portico/core';
import type { FastifyInstance, RouteHandlerMethod, RouteOptions } from 'fastify';
import type { UnguardedRoute } from './bff-options.ts';

/** The first segment of a route's path, when it is fixed: `api` of `/api/orders/:id`. */
const FIXED_START = /^\/([^/:*()]+)(?=\/|$)/;

/** The first segment of a decoded path, up to what an upstream might cut off (`;a`). */
const START = /^\/+([^/;?#\\\s]*)/;

/** Where Nest's `@Get()` and its kind keep the path of a controller's method. Nest copies it to the handler that runs the guards. */
const PATH = 'path';

/**
 * Every route that is registered on Fastify, whoever registers it, and which of them no guard would see: neither a controller's
 * nor declared by the library that registers it (`declareRoute`) or by the BFF (`unguardedRoutes`).
 */
export class RegisteredRoutes {
  private readonly found: string[] = [];
  /** `METHOD /path` of what the BFF declares, and whether it was registered. */
  private readonly declared: Map<string, boolean>;
  /** In lower case. */
  private readonly starts = new Set<string>();
  /** The path that Nest registers at the moment: what its hooks register meanwhile is not Nest's. */
  private pathOfNest: string | undefined;
  private isNotFoundOfNest = false;

  constructor(unguarded: readonly UnguardedRoute[]) {
    const names = unguarded.flatMap(({ methods, path }) => methods.map((method) => nameOf(method, path)));
    this.declared = new Map(names.map((name) => [name, false]));
  }

  /** Looks at all that is registered from here on, in plugins too. A not-found handler serves paths as well. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => this.add(route));
    const { setNotFoundHandler } = fastify;
    const isNest = (): boolean => this.isNotFoundOfNest;
    const refuse = (prefix: string): void => {
      this.found.push(`a handler of unknown paths (setNotFoundHandler${prefix && ` under ${prefix}`}) ${UNSEEN}`);
    };
    fastify.setNotFoundHandler = function (this: FastifyInstance, ...handler: unknown[]): FastifyInstance {
      if (isNest()) return setNotFoundHandler.apply(this, handler as never) as FastifyInstance;
      refuse(this.prefix);
      return this;
    } as never;
  }

  /** Registers a route in Nest's name. Handlers that Nest makes run the guards; a controller's method itself does not. */
  registerForNest<T>(path: string, handler: object, register: (isMadeByNest: boolean) => T): T {
    const isMadeByNest = Reflect.hasMetadata(PATH, handler) && accessOf(handler) === undefined;
    this.pathOfNest = isMadeByNest ? path : undefined;
    try {
      return register(isMadeByNest);
    } finally {
      this.pathOfNest = undefined;
    }
  }

  /** Registers Nest's answer to unknown paths, which is a problem. */
  registerNotFoundForNest<T>(register: () => T): T {
    this.isNotFoundOfNest = true;
    try {
      return register();
    } finally {
      this.isNotFoundOfNest = false;
    }
  }

  /**
   * Whether a path begins as a route does, in whatever spelling: `/api/typo` beside `/api/orders/:id`. Routes that begin with a
   * parameter or a wildcard, and files, own no path that they do not serve.
   *
   * @param path decoded
   */
  ownsPath(path: string): boolean {
    return this.starts.has(START.exec(path)?.[1]?.toLowerCase() ?? '');
  }

  /** What is wrong, a sentence each, once everything is registered. */
  problems(): readonly string[] {
    const absent = [...this.declared].filter(([, isRegistered]) => !isRegistered).map(([name]) => name);
    return [...this.found, ...absent.map((name) => `unguardedRoutes: nothing registers ${name}`)];
  }

  private add({ method, url, handler }: RouteOptions): void {
    const start = FIXED_START.exec(url)?.[1];
    if (start !== undefined) this.starts.add(start.toLowerCase());
    if (url === this.pathOfNest || routeDeclarationOf(handler as RouteHandlerMethod) !== undefined) return;
    const undeclared = [method].flat().filter((one) => !this.take(nameOf(one, url)));
    if (undeclared.length > 0) this.found.push(`${undeclared.join(',')} ${url} ${UNSEEN}`);
  }

  private take(name: string): boolean {
    if (!this.declared.has(name)) return false;
    this.declared.set(name, true);
    return true;
  }
}

const UNSEEN =
  'is registered on Fastify itself, where no guard sees it: make it a row of the route table or a method of a controller, ' +
  'or list it in unguardedRoutes if it is meant for everybody';

function nameOf(method: string, path: string): string {
  const upper = method.toUpperCase();
  return `${upper === 'HEAD' ? 'GET' : upper} ${path}`;
}
