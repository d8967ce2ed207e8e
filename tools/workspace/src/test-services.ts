import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openRepository, type Repository } from './repository.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Variables that the specs against real servers need: the literals of their `requireService('...')` calls. */
export function neededServices(repository: Repository): string[] {
  const specs = servicesSpecs(repository).map((path) => repository.read(path));
  const calls = specs.flatMap((text) => [...text.matchAll(/requireService\(\s*'([A-Z_]+)'/g)]);
  return [...new Set(calls.map((call) => call[1]!))].sort();
}

/**
 * Runs every `*.services-spec.ts`.
 *
 * @param jestArguments passed on, for instance a path
 * @returns the exit code
 */
export function testServices(jestArguments: readonly string[]): number {
  const repository = openRepository(ROOT);
  if (servicesSpecs(repository).length === 0) {
    console.log('no test needs a real server yet');
    return 0;
  }
  const missing = neededServices(repository).filter((name) => !process.env[name]);
  if (missing.length > 0) {
    console.error(`not set: ${missing.join(', ')}. These tests need the real servers and are never skipped.`);
    return 1;
  }
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const config = join(ROOT, 'tools/workspace/jest.services.cjs');
  const run = spawnSync(process.execPath, [jest, '--config', config, ...jestArguments], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return run.status ?? 1;
}

function servicesSpecs(repository: Repository): string[] {
  return repository.files.filter((path) => path.endsWith('.services-spec.ts'));
}
