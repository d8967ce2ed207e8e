import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { OwnedProcess } from './child-process.ts';
import type { ServedProject } from './served-project.ts';

const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** A line that says only that the compiler is at work. */
const WORK = /Starting compilation|Starting incremental compilation|File change detected/;
const RESULT = /Found (\d+) errors?\. Watching/;

/**
 * Checks the types of projects in the background, over and over as files change, behind everything else that the
 * machine has to do. Nothing is written but a list of the files below `.nx`.
 *
 * @param onLine each line about an error, and one when there are none any more
 */
export function watchTypes(
  root: string,
  projects: readonly ServedProject[],
  onLine: (line: string) => void,
): OwnedProcess {
  let failing = false;
  const compiler = new OwnedProcess(
    [COMPILER, '--watch', '--preserveWatchOutput', '--pretty', 'false', '--project', writeProject(root, projects)],
    process.env,
    root,
    (text) => {
      const line = stripVTControlCharacters(text);
      const [, errors] = RESULT.exec(line) ?? [];
      if (errors === undefined) return void (line.trim() !== '' && !WORK.test(line) && onLine(line));
      if (errors !== '0') onLine(`${errors} type ${errors === '1' ? 'error' : 'errors'}`);
      else if (failing) onLine('no type errors any more');
      failing = errors !== '0';
    },
  );
  // Not allowed everywhere, and only a kindness.
  try {
    if (compiler.pid !== undefined) setPriority(compiler.pid, constants.priority.PRIORITY_LOW);
  } catch {
    onLine('types are checked at normal priority');
  }
  return compiler;
}

/** The workspace's settings for the check of all types, for these projects only; what they import is checked with them. */
function writeProject(root: string, projects: readonly ServedProject[]): string {
  const folder = join(root, '.nx', 'serve');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${projects[0]!.name}.tsconfig.json`);
  const include = projects.map((project) => `../../${project.folder}/src/**/*.ts`);
  writeFileSync(
    path,
    JSON.stringify({ extends: '../../tsconfig.spec.json', include, exclude: ['../../**/*.spec.ts'] }),
  );
  return path;
}
