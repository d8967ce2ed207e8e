import { join } from 'node:path';
import { conformanceIsProven } from './checks/conformance.ts';
import { errorCodesAreDocumented } from './checks/error-codes.ts';
import { lockFileIsComplete } from './checks/lock-file.ts';
import { noMachinePaths } from './checks/machine-paths.ts';
import { packagesAreComplete } from './checks/packages.ts';
import { settingsAreDocumented } from './checks/settings.ts';
import { everySpecRuns } from './checks/specs.ts';
import { workspaceImportsAreDeclared } from './checks/workspace-imports.ts';
import { openRepository } from './repository.ts';

const CHECKS = [
  errorCodesAreDocumented,
  settingsAreDocumented,
  conformanceIsProven,
  everySpecRuns,
  packagesAreComplete,
  workspaceImportsAreDeclared,
  lockFileIsComplete,
  noMachinePaths,
];

/** Runs every check on this clone and prints all problems; returns the exit code. */
export function runChecks(): number {
  const repository = openRepository(join(import.meta.dirname, '../../..'));
  const problems = CHECKS.flatMap((check) => check(repository));
  for (const problem of problems) console.error(problem);
  console.log(`${CHECKS.length} repository checks, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}
