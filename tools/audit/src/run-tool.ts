import type { AuditResult } from './audit.ts';

/** Prints what a tool found and sets the exit code: 0 when all is well, 1 when not, 2 with a sentence when it cannot tell. */
export async function runTool(work: () => Promise<AuditResult>): Promise<void> {
  try {
    const { text, isClean } = await work();
    process.stdout.write(`${text}\n`);
    process.exitCode = isClean ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
