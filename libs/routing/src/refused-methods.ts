import type { CheckedRoute } from './check-routes.ts';
import { covers, overlaps, type PathTemplate, shapeOf } from './path-template.ts';

/** A path and the methods it answers with 405. */
export interface RefusedMethods {
  readonly path: PathTemplate;
  readonly refused: readonly string[];
  /** Value of `Allow`. */
  readonly allow: string;
}

const ALL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * What each path refuses. A method stays out where a wider row serves it (`POST /products/search` beside
 * `GET /products/:id`): refusing it would hide that row.
 */
export function refusedMethods(checked: readonly CheckedRoute[]): readonly RefusedMethods[] {
  const byShape = new Map<string, { path: PathTemplate; served: Set<string> }>();
  for (const { path, methods } of checked) {
    const shape = shapeOf(path);
    const entry = byShape.get(shape) ?? { path, served: new Set<string>() };
    byShape.set(shape, entry);
    addMethods(entry.served, methods);
  }
  const wide = checked.filter(({ path }) => path.segments.some((segment) => segment.kind !== 'static'));
  return [...byShape.values()].map(({ path, served }) => {
    const elsewhere = new Set<string>();
    for (const row of wide) {
      if (overlaps(row.path, path) && !covers(path, row.path)) addMethods(elsewhere, row.methods);
    }
    const refused = ALL_METHODS.filter((method) => !served.has(method) && !elsewhere.has(method));
    return { path, refused, allow: ALL_METHODS.filter((method) => served.has(method)).join(', ') };
  });
}

function addMethods(set: Set<string>, methods: readonly string[]): void {
  for (const method of methods) set.add(method);
  if (set.has('GET')) set.add('HEAD');
}
