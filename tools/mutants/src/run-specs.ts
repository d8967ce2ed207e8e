import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { usersOf } from './users-of.ts';

/** Longest time that the specs may take before a mutant counts as noticed: an endless loop is a failure too. Milliseconds. */
const TIMEOUT = 300_000;

/**
 * The sets of specs that could notice a mutant, the nearest first: Jest's arguments for each. What Jest finds to be related ends at
 * the library: it does not follow the packages of the workspace to their sources.
 */
function* ringsOf({ file }: Mutant, root: string): Generator<readonly string[]> {
  const beside = file.replace(/\.ts$/, '.spec.ts');
  const library = file.split('/').slice(0, 2).join('/');
  if (existsSync(join(root, beside))) yield ['--runTestsByPath', beside];
  yield ['--findRelatedTests', file, '--testPathPatterns', `${dirname(file)}/`];
  yield ['--findRelatedTests', file, '--testPathPatterns', `${library}/`];
  // Looked for only now: they are found by reading all sources.
  const users = usersOf(file, root);
  if (users.length > 0) yield ['--runTestsByPath', ...users];
}

/**
 * Runs the specs that reach a mutant's source, the nearest first, until one fails twice: once could be the machine's doing.
 *
 * @returns whether one did
 */
export async function isNoticed(mutant: Mutant, root: string): Promise<boolean> {
  for (const ring of ringsOf(mutant, root)) {
    if (!(await passes(ring, mutant, root)) && !(await passes(ring, mutant, root))) return true;
  }
  return false;
}

/** Specs of a mutant's folder that need a real server, and are not run: they may notice what nobody else did. */
export function servicesSpecsOf({ file }: Mutant, root: string): string[] {
  const folder = dirname(file);
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.services-spec.ts'));
  return names.map((name) => `${folder}/${name}`);
}

function passes(ring: readonly string[], mutant: Mutant, root: string): Promise<boolean> {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const config = join(root, 'tools/mutants/jest.config.cjs');
  const options = ['--config', config, '--bail', '--silent', '--passWithNoTests', '--forceExit'];
  return new Promise((resolve) => {
    const child = spawn('env', [`MUTANT=${JSON.stringify(mutant)}`, process.execPath, jest, ...options, ...ring], {
      cwd: root,
      stdio: 'ignore',
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    });
    child.on('close', (code) => resolve(code === 0));
  });
}
