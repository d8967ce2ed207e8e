import type { Access } from '@portico/core';
import type { PathTemplate } from '@portico/routing';
import type { Upstream } from '@portico/upstream';

/** One row of the audit table: what a BFF serves under one path with one access. */
export interface Operation {
  readonly methods: readonly string[];
  readonly path: string;
  /** Undefined: nobody said who may call it, and then nobody may. */
  readonly access: Access | undefined;
  /** What answers: a row of the route table, a method of a controller, the files of a page, a declared route on Fastify itself. */
  readonly kind: 'forward' | 'view' | 'controller' | 'files' | 'unguarded';
  /** Name of the controller and its method, for a controller. */
  readonly handler: string | undefined;
  /** Milliseconds; undefined where the server's settings are the only bound. */
  readonly timeout: number | undefined;
  /** Bytes; undefined where nobody reads it, or a controller's method does as it likes. */
  readonly maxBodyBytes: number | undefined;
  /** Upstreams that it calls, as far as boot can know. */
  readonly upstreams: readonly Upstream[];
  /** Where a forwarding row goes. */
  readonly target:
    { readonly upstream: Upstream; readonly path: PathTemplate; readonly from: PathTemplate } | undefined;
}

/** What the audit knows of a BFF. */
export interface BffDescription {
  readonly name: string;
  /** For whom: the `scope` of its tags, for instance `admin`. */
  readonly scope: string | undefined;
  /** How clients show who they are. */
  readonly door: 'session' | 'bearer' | undefined;
  /** Whether it imports `AuditTrailModule`. */
  readonly hasAuditTrail: boolean;
  readonly operations: readonly Operation[];
}

/** `POST,PUT /api/orders`: names a row in messages and in declared exceptions. */
export function nameOf({ methods, path }: Pick<Operation, 'methods' | 'path'>): string {
  return `${methods.join(',')} ${path}`;
}

/** The methods that change something (RFC 9110 9.2.1 calls the others safe). */
export const UNSAFE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether one of its methods changes something. */
export function isUnsafe({ methods }: Pick<Operation, 'methods'>): boolean {
  return methods.some((method) => UNSAFE.has(method));
}
