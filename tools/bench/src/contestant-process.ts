import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cores } from './cores.ts';
import { freePort } from './listen.ts';
import { usageMeter, type UsageMeter } from './process-usage.ts';
import type { Row } from './rows.ts';

/** A contestant that answers. */
export interface RunningContestant {
  readonly port: number;
  /** Unset where no process stands between the load and the upstream. */
  readonly usage?: UsageMeter;
  stop(): Promise<void>;
}

/** Milliseconds a contestant has to answer its first request. */
const START_LIMIT = 30_000;

/**
 * Starts a row's contestant in a fresh process, and waits until it answers.
 *
 * @param upstreams the addresses as environment variables, `CATALOG_URL` and so on
 * @throws Error when it ends or does not answer in time
 */
export async function startContestant(
  row: Row,
  upstreams: Readonly<Record<string, string>>,
  cores: Cores | undefined,
): Promise<RunningContestant> {
  if (row.program === undefined) {
    return { port: Number(new URL(upstreams['CATALOG_URL']!).port), stop: async () => undefined };
  }
  const port = await freePort();
  const child = start(row, { ...upstreams, ...row.environment, PORT: String(port), NODE_ENV: 'production' }, cores);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await untilItAnswers(child, port, row);
  } catch (error) {
    kill();
    throw error;
  }
  return {
    port,
    usage: usageMeter(child),
    stop: async () => {
      kill();
      await ended;
      process.off('exit', kill);
    },
  };
}

function start(row: Row, environment: Record<string, string>, cores: Cores | undefined): ChildProcess {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const node = [process.execPath];
  if (process.platform !== 'linux') node.push('--import', new URL('./usage-over-ipc.js', import.meta.url).href);
  const command = [...(cores ? ['taskset', '--cpu-list', String(cores.contestant)] : []), ...node, path(row.program!)];
  return spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...environment },
    // standard output takes the request log of the row that has one
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function untilItAnswers(child: ChildProcess, port: number, row: Row): Promise<void> {
  const limit = performance.now() + START_LIMIT;
  for (;;) {
    const answer = await get(port, row.credentials ?? row.path).catch(() => undefined);
    if (answer?.status === 200) return;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${row.key}: ${row.program} ended at once`);
    if (performance.now() > limit) throw new Error(`${row.key}: no answer 200 in time, the last was ${answer?.status}`);
    await delay(50);
  }
}

/** One GET on a connection of its own. */
export function get(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode!, body: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject);
    call.end();
  });
}
