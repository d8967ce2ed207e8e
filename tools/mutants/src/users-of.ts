import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const EXPORTED = /^export (?:async |abstract )*(?:function|class|const|interface|type)\*? (\w+)/gm;

/** A library as its sources are: paths from the repository's root, with their texts. */
type Sources = ReadonlyMap<string, string>;

/**
 * Specs of other projects that use what a source of a library gives them: they import one of its exports, or are those of a
 * source that does. Where its exports stay inside the library, those of its nearest users count whose exports leave it.
 *
 * @param file path from the repository's root, `libs/net/src/embedded-ipv4.ts`
 * @param root of the repository
 * @returns paths from the root
 */
export function usersOf(file: string, root: string): string[] {
  const library = file.split('/').slice(0, 2).join('/');
  const sources = readSources(root, `${library}/src`);
  const names = namesThatLeave(file, sources, sources.get(`${library}/src/index.ts`) ?? '');
  if (names.length === 0) return [];
  const used = new RegExp(`import[^;]*\\b(?:${names.join('|')})\\b[^;]*from '@portico/${basename(library)}'`);
  const others = ['libs', 'apps', 'tools'].flatMap((folder) => [...readSources(root, folder)]);
  const users = others.filter(([path, text]) => !path.startsWith(`${library}/`) && used.test(text));
  return [...new Set(users.flatMap(([path]) => specsOf(path, root)))].sort();
}

/** The names that other projects may import: of the file, or of the nearest ones in its library that are made with it. */
function namesThatLeave(file: string, sources: Sources, index: string): string[] {
  const seen = new Set<string>();
  for (let level = [file]; level.length > 0; level = level.flatMap((one) => importersOf(one, sources))) {
    level = level.filter((one) => !seen.has(one));
    for (const one of level) seen.add(one);
    const exported = level.flatMap((one) => [...(sources.get(one) ?? '').matchAll(EXPORTED)].map((match) => match[1]!));
    const names = exported.filter((name) => new RegExp(`\\b${name}\\b`).test(index));
    if (names.length > 0) return names;
  }
  return [];
}

function importersOf(file: string, sources: Sources): string[] {
  const importing = new RegExp(`from '\\.[^']*/${basename(file).replace('.', '\\.')}'`);
  const importers = [...sources].filter(([path, text]) => importing.test(text) && !/\/index\.ts$|spec\.ts$/.test(path));
  return importers.map(([path]) => path);
}

/** The specs of a source: the one beside it, and those in its folder that import it or that are named after it. */
function specsOf(path: string, root: string): string[] {
  if (path.endsWith('.spec.ts')) return [path];
  const name = basename(path, '.ts');
  const folder = dirname(path);
  const specs = readdirSync(join(root, folder)).filter((file) => file.endsWith('.spec.ts'));
  const own = specs.filter((spec) => {
    if (spec === `${name}.spec.ts` || spec.startsWith(`${name}-`)) return true;
    return readFileSync(join(root, folder, spec), 'utf8').includes(`from './${name}.ts'`);
  });
  return own.map((spec) => `${folder}/${spec}`);
}

function readSources(root: string, folder: string): Sources {
  const names = readdirSync(join(root, folder), { recursive: true }) as string[];
  const paths = names.filter((name) => name.endsWith('.ts') && !/(?:^|\/)(?:node_modules|dist)\//.test(name));
  return new Map(paths.map((name) => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')]));
}
