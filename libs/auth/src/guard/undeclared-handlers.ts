import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { accessOf } from '@portico/core';

/** Where Nest's `@Get()` and its kind keep the path of a handler. */
const PATH = 'path';

/** A sentence for each method of a controller that serves requests and does not say who may call it. */
export function undeclaredHandlers(modules: ModulesContainer): readonly string[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? undeclaredMethods(metatype as Type) : []));
}

function undeclaredMethods(controller: Type): string[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((name) => Reflect.hasMetadata(PATH, prototype[name]!) && accessOf(prototype[name]!) === undefined)
    .map(
      (name) =>
        `${controller.name}.${name}: must say who may call it: @Allow('public'), @Allow('user') or what they need`,
    );
}
