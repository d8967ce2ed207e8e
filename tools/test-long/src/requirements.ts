import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Requirement, Suite } from './suite.ts';

/** Says what of a suite's requirements is missing on this machine and how to get it, a sentence each. */
export function missingOf(suite: Suite): string[] {
  return suite.requirements
    .filter(({ command }) => !isInstalled(command))
    .map(({ command, install }: Requirement) => `${command} is not installed. ${install}`);
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
