import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { accessOf, type HandlerLimits } from '@portico/core';
import { planOf } from '@portico/server';
import type { Operation } from './operation.ts';

/** Where Nest's decorators keep what they were told. */
const PATH = 'path';
const METHOD = 'method';

const ALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * What a controller serves.
 *
 * @param defaults of methods that state no limits (`BffOptions.controllers`)
 */
export function operationsOfController(controller: Type, defaults?: Partial<HandlerLimits>): readonly Operation[] {
  const prototype = controller.prototype as Record<string, object>;
  const base = pathsOf(Reflect.getMetadata(PATH, controller));
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((name) => Reflect.hasMetadata(PATH, prototype[name]!))
    .flatMap((name) => {
      const handler = prototype[name]!;
      const own = pathsOf(Reflect.getMetadata(PATH, handler));
      const plan = planOf(controller, name, defaults)!;
      const paths = base.flatMap((prefix) => own.map((path) => join(prefix, path)));
      return paths.map((path) => ({
        methods: methodsOf(Reflect.getMetadata(METHOD, handler) as RequestMethod),
        path,
        access: accessOf(handler),
        kind: 'controller' as const,
        handler: `${controller.name}.${name}`,
        timeout: plan.timeout,
        // One that asks for no body may read it for itself, as it likes.
        maxBodyBytes: plan.body && plan.maxBodyBytes,
        upstreams: [],
        target: undefined,
      }));
    });
}

function pathsOf(metadata: unknown): readonly string[] {
  return Array.isArray(metadata) ? (metadata as string[]) : [(metadata as string | undefined) ?? ''];
}

function join(prefix: string, path: string): string {
  return `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}

function methodsOf(method: RequestMethod): readonly string[] {
  return method === RequestMethod.ALL ? ALL_METHODS : [RequestMethod[method]];
}
