import type { CheckedRoute } from './check-routes.ts';
import { type PathTemplate, shapeOf } from './path-template.ts';
import { PathForm } from './path-form.ts';

/** A path and the methods it answers with 405. */
export interface RefusedMethods {
  readonly path: PathTemplate;
  readonly refused: readonly string[];
  /** Value of `Allow`. */
  readonly allow: string;
}

/** A path of the table, with the methods of its rows. */
interface ServedPath {
  readonly path: PathTemplate;
  readonly served: Set<string>;
  /** Methods that wider rows serve at some of the paths that it fits. */
  readonly elsewhere: Set<string>;
}

const ALL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * What each path refuses. A method stays out where a wider row serves it (`POST /products/search` beside
 * `GET /products/:id`): refusing it would hide that row.
 *
 * Linear in the rows for each two forms that paths of the table have, of which there are few.
 */
export function refusedMethods(checked: readonly CheckedRoute[]): readonly RefusedMethods[] {
  const byShape = new Map<string, ServedPath>();
  for (const { path, methods } of checked) {
    const shape = shapeOf(path);
    const entry = byShape.get(shape) ?? { path, served: new Set<string>(), elsewhere: new Set<string>() };
    byShape.set(shape, entry);
    addMethods(entry.served, methods);
  }
  const served = [...byShape.values()];
  noteWiderRows(served);
  return served.map((entry) => {
    const isRefused = (method: string): boolean => !entry.served.has(method) && !entry.elsewhere.has(method);
    const allow = ALL_METHODS.filter((method) => entry.served.has(method)).join(', ');
    return { path: entry.path, refused: ALL_METHODS.filter(isRefused), allow };
  });
}

/** Of two forms it depends on the fixed segments that both have alone whether paths of them overlap: those are looked up. */
function noteWiderRows(served: readonly ServedPath[]): void {
  const byForm = new Map<string, { form: PathForm; entries: ServedPath[] }>();
  for (const entry of served) {
    const form = new PathForm(entry.path);
    const group = byForm.get(form.text);
    if (group === undefined) byForm.set(form.text, { form, entries: [entry] });
    else group.entries.push(entry);
  }
  const groups = [...byForm.values()];
  for (const wide of groups) {
    for (const own of groups) {
      if (!own.form.mayMeet(wide.form) || own.form.covers(wide.form)) continue;
      const common = own.form.commonWith(wide.form);
      const methods = methodsByKey(wide.entries, common);
      for (const { path, elsewhere } of own.entries) addMethods(elsewhere, methods.get(keyOf(path, common)) ?? []);
    }
  }
}

function methodsByKey(entries: readonly ServedPath[], common: readonly number[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { path, served } of entries) {
    const key = keyOf(path, common);
    const known = methods.get(key) ?? new Set<string>();
    methods.set(key, known);
    addMethods(known, served);
  }
  return methods;
}

/** The segments at these places, all fixed. */
function keyOf({ segments }: PathTemplate, places: readonly number[]): string {
  let key = '';
  for (const place of places) key += `/${(segments[place] as { readonly text: string }).text}`;
  return key;
}

function addMethods(set: Set<string>, methods: Iterable<string>): void {
  for (const method of methods) set.add(method);
  if (set.has('GET')) set.add('HEAD');
}
