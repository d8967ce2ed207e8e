import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FROM_SOURCE = ['--conditions=@portico/source', '--import', './tools/dev/register.mjs'];

/** Milliseconds a program has to say where it listens. */
const START_LIMIT = 60_000;

/** A program of ours that listens. */
export interface Program {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** MiB of resident memory at its highest so far; 0 where the system does not tell. */
  peakMemory(): number;
  /** Whether it has ended, which no suite asks for. */
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/**
 * Starts a program from its source as a process of its own and waits until it has written its address to standard output.
 * It is stopped when this process ends, however that happens.
 *
 * @param file URL of the program
 * @param environment variables beside those of this process
 * @throws Error when it ends or says nothing in time
 */
export async function startProgram(file: URL, environment: Readonly<Record<string, string>> = {}): Promise<Program> {
  const child = spawn(process.execPath, [...FROM_SOURCE, fileURLToPath(file)], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const url = await addressOf(child);
    return {
      url,
      port: Number(new URL(url).port),
      peakMemory: () => peakMemoryOf(child),
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      stop: async () => {
        process.off('exit', kill);
        if (child.exitCode !== null || child.signalCode !== null) return;
        kill();
        await once(child, 'exit');
      },
    };
  } catch (error) {
    kill();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const limit = setTimeout(() => reject(new Error(`no address in time:\n${output}`)), START_LIMIT);
    // Read on after the address: a full pipe would stop the program.
    child.stdout!.on('data', (chunk: Buffer) => {
      if (output.length > 100_000) return;
      output += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
      if (!found) return;
      clearTimeout(limit);
      resolve(found[0]);
    });
    child.once('exit', () => {
      clearTimeout(limit);
      reject(new Error(`it ended at once:\n${output}`));
    });
  });
}

function peakMemoryOf(child: ChildProcess): number {
  if (process.platform !== 'linux') return 0;
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
