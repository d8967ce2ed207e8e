import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The two cores a run uses; `undefined` where processes cannot be pinned. */
export interface Cores {
  /** Runs one contestant at a time and nothing else of ours. */
  readonly contestant: number;
  /** Runs this process: the load generator and the upstreams. */
  readonly load: number;
}

/** The numbers in a kernel CPU list, `0-2,5` gives 0, 1, 2 and 5. */
export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}

/**
 * Picks two cores this process may use and pins it to the second one. Without Linux, `taskset` or a second core it
 * warns and leaves everything unpinned: the numbers then say less.
 */
export function takeCores(warn: (message: string) => void): Cores | undefined {
  if (process.platform !== 'linux') {
    warn('processes can be pinned to a core on Linux only: the contestants run unpinned');
    return undefined;
  }
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const [contestant, load] = parseCpuList(allowed);
  if (contestant === undefined || load === undefined) {
    warn('only one core is to be had: contestant and load share it, latencies mean nothing');
    return undefined;
  }
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(load), String(process.pid)]);
  } catch (error) {
    warn(`taskset does not work (${(error as Error).message.trim()}): the contestants run unpinned`);
    return undefined;
  }
  return { contestant, load };
}
