import { AuditTrailModule, DOOR, SessionCookie } from '@portico/auth';
import { describeRoutes, type RouteDescription } from '@portico/routing';
import { type BffOptions, bffModule } from '@portico/server';
import { operationsOfController } from './controller-operations.ts';
import { type ModuleParts, modulesOf } from './module-tree.ts';
import type { BffDescription, Operation } from './operation.ts';

/**
 * Reads what a BFF serves from its modules, without starting it.
 *
 * @param scope of its tags, for instance `admin`
 * @throws ConfigError when its route table is not valid
 */
export async function describeBff(options: BffOptions, scope?: string): Promise<BffDescription> {
  const modules = await modulesOf(bffModule(options));
  const rows = modules.flatMap(({ providers }) => describeRoutes({ providers: [...providers] }) ?? []);
  const controllers = modules.flatMap((module) => module.controllers);
  const files = options.static === undefined ? [] : [operationForEverybody('files', ['GET'], '/*')];
  const unguarded = (options.unguardedRoutes ?? []).map(({ methods, path }) =>
    operationForEverybody('unguarded', methods, path),
  );
  return {
    name: options.name,
    scope,
    door: doorOf(modules),
    hasAuditTrail: modules.some(({ module }) => module === AuditTrailModule),
    operations: [
      ...rows.map(operationOfRow),
      ...controllers.flatMap((controller) => operationsOfController(controller, options.controllers)),
      ...unguarded,
      ...files,
    ],
  };
}

/** What no guard sees, of which nothing else is known. */
function operationForEverybody(kind: Operation['kind'], methods: readonly string[], path: string): Operation {
  const unknown = { handler: undefined, timeout: undefined, maxBodyBytes: undefined, upstreams: [], target: undefined };
  return { ...unknown, kind, methods, path, access: 'public' };
}

/** `AuthModule` offers a door; the one for browsers has a cookie. */
function doorOf(modules: readonly ModuleParts[]): BffDescription['door'] {
  const auth = modules.find(({ exports }) => exports.includes(DOOR));
  if (auth === undefined) return undefined;
  return auth.exports.includes(SessionCookie) ? 'session' : 'bearer';
}

function operationOfRow(row: RouteDescription): Operation {
  const { methods, path, access, timeout, maxBodyBytes, upstreams, target } = row;
  return {
    methods,
    path: path.text,
    access,
    kind: target === undefined ? 'view' : 'forward',
    handler: undefined,
    timeout,
    maxBodyBytes,
    upstreams,
    target: target && { ...target, from: path },
  };
}
