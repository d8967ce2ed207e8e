import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** One of the attacks of slowhttptest. */
export interface Attack {
  readonly title: string;
  readonly path: string;
  /** Its own options of slowhttptest, beside those of all. */
  readonly options: readonly string[];
}

export const ATTACKS: readonly Attack[] = [
  {
    title: '-H: heads that never end',
    path: '/items',
    options: ['-H', '-t', 'GET', '-i', '2', '-x', '24'],
  },
  {
    title: '-B: bodies of 200 KB that trickle',
    path: '/uploads',
    options: ['-B', '-t', 'POST', '-s', '200000', '-i', '2', '-x', '512'],
  },
  {
    title: '-X: answers of 8 MB that are hardly read',
    path: '/large',
    options: ['-X', '-t', 'GET', '-n', '1', '-w', '1024', '-y', '2048', '-z', '512', '-k', '1'],
  },
];

/** How hard and how long. */
export interface Strength {
  /** Connections that the attacker tries to hold; opened within three seconds. */
  readonly connections: number;
  readonly seconds: number;
}

/** Seconds under which no further round of an attack is worth its start. */
const SHORTEST_ROUND = 10;

/**
 * Runs slowhttptest for the given time, anew whenever the server has closed all of its connections.
 *
 * @returns how many connections a round had at most, those that the server has closed again included
 * @throws Error with what it said when it could not attack
 */
export async function attack(url: string, one: Attack, { connections, seconds }: Strength): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let most = 0;
  for (let left = seconds; left >= SHORTEST_ROUND; left = Math.floor((end - performance.now()) / 1_000)) {
    most = Math.max(most, await round(url, one, { connections, seconds: left }));
  }
  return most;
}

async function round(url: string, { path, options }: Attack, { connections, seconds }: Strength): Promise<number> {
  const rate = String(Math.ceil(connections / 3));
  const common = ['-c', String(connections), '-r', rate, '-l', String(seconds), '-p', '5', '-u', `${url}${path}`];
  const output = await outputOf('slowhttptest', [...options, ...common], (seconds + 30) * 1_000);
  const count = connectionsIn(output, connections);
  if (count === 0) throw new Error(`slowhttptest did not attack:\n${output.slice(-2_000)}`);
  return count;
}

/**
 * Reads how many connections a round had at most from what slowhttptest reports every five seconds.
 *
 * @param wanted the number that it tried; it had them all when the server has closed the last one before the end
 */
export function connectionsIn(output: string, wanted: number): number {
  if (output.includes('No open connections left')) return wanted;
  const states = output.matchAll(/connected: +(\d+)[\s\S]*?closed: +(\d+)/g);
  return Math.max(0, ...[...states].map(([, connected, closed]) => Number(connected) + Number(closed)));
}

function outputOf(command: string, words: readonly string[], limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limit, killSignal: 'SIGKILL' });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let output = '';
    const add = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('close', () => {
      process.off('exit', kill);
      resolve(stripVTControlCharacters(output));
    });
  });
}
