import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often in milliseconds the ancestors are looked at. */
const POLL = 500;

/** A command line of Nx or of npm, which stand between the terminal and us. */
const RUNNER = /\b(?:nx|npm|npx)\b/;

/**
 * Tells when a process that we run for is gone: our parent, or one above it up to the topmost `nx` or `npm`. Signals do
 * not tell it: who is killed with SIGKILL passes none on.
 */
export function watchAncestors(onGone: () => void): () => void {
  const watched = runners(process.ppid);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && watched.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, POLL);
  timer.unref();
  return () => clearInterval(timer);
}

/** The ids of the processes from this one up to the topmost runner. */
function runners(pid: number): number[] {
  const line: number[] = [];
  let topmost = 0;
  for (let next = pid; next > 1;) {
    const process = describe(next);
    if (process === undefined) break;
    line.push(next);
    if (RUNNER.test(process.command)) topmost = line.length;
    next = process.parent;
  }
  return line.slice(0, topmost);
}

function describe(pid: number): { parent: number; command: string } | undefined {
  try {
    if (process.platform === 'win32') return undefined;
    if (process.platform === 'linux') {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      // The name in brackets may hold anything, brackets too.
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return { parent: Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]), command };
    }
    const text = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return { parent: Number.parseInt(text), command: text.replace(/^\d+\s+/, '') };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
