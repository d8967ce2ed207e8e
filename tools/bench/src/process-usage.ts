import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessUsage {
  /** Microseconds of CPU time, user and system, all threads. */
  readonly cpu: number;
  /** Bytes of resident memory now. */
  readonly memory: number;
}

/** Asks how much a contestant has used. */
export type UsageMeter = () => Promise<ProcessUsage>;

/**
 * A meter for a process of ours. On Linux it reads `/proc`, which needs no help of the process and so is right even when
 * its event loop is late; elsewhere it asks the process over its IPC channel (see `usage-over-ipc.ts`).
 */
export function usageMeter(child: ChildProcess): UsageMeter {
  return process.platform === 'linux' ? async () => readUsage(child.pid!) : () => askUsage(child);
}

const clockTick = lazily(() => 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

function readUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the second field is a name in brackets and may hold spaces; utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpu: (Number(fields[11]) + Number(fields[12])) * clockTick(), memory: Number(resident?.[1]) * 1024 };
}

function askUsage(child: ChildProcess): Promise<ProcessUsage> {
  return new Promise((resolve) => {
    child.once('message', (usage) => resolve(usage as ProcessUsage));
    child.send('usage');
  });
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
