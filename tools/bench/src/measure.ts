import { setTimeout as delay } from 'node:timers/promises';
import { get, type RunningContestant, startContestant } from './contestant-process.ts';
import type { Cores } from './cores.ts';
import { Load, type LoadCount } from './load.ts';
import type { RawUpstream } from './raw-upstream.ts';
import type { Row } from './rows.ts';

/** One measurement of one row. */
export interface Round {
  readonly key: string;
  /** From 1. */
  readonly round: number;
  readonly requests: number;
  /** Length of the window. */
  readonly seconds: number;
  /** Microseconds of CPU time, user and system, of the contestant's process for each request; null without a process. */
  readonly cpu: number | null;
  /** Share of the window the contestant's process was on a core, 0 to 1 (and above with several threads unpinned). */
  readonly utilisation: number | null;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The most resident memory seen during the window, in bytes. */
  readonly memory: number | null;
}

/** Milliseconds of load before the window and in it. */
const WARM_UP = 2_000;
const WINDOW = 4_000;
const SAMPLE_EVERY = 500;

/** Keep-alive connections of the load. */
export const CONNECTIONS = 64;

/** The three upstreams and the variables that tell a contestant their addresses. */
export interface Upstreams {
  readonly servers: readonly RawUpstream[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a row's contestant, checks its answer, loads it and says what it used. @throws Error when an answer is wrong */
export async function measure(row: Row, round: number, upstreams: Upstreams, cores: Cores | undefined): Promise<Round> {
  const contestant = await startContestant(row, upstreams.environment, cores);
  try {
    const { status, body } = await get(contestant.port, row.path);
    if (status !== 200 || body !== row.expected) {
      throw new Error(`${row.key}: the answer (status ${status}, ${body.length} characters) is not the expected one`);
    }
    return { key: row.key, round, ...(await runLoad(row, contestant, Buffer.byteLength(body), upstreams)) };
  } finally {
    await contestant.stop();
  }
}

type Counted = Omit<Round, 'key' | 'round'>;

async function runLoad(
  row: Row,
  contestant: RunningContestant,
  bodyLength: number,
  upstreams: Upstreams,
): Promise<Counted> {
  const load = new Load({ port: contestant.port, path: row.path, connections: CONNECTIONS, bodyLength });
  try {
    await delay(WARM_UP);
    const calls = callsOf(upstreams);
    const before = await contestant.usage?.();
    const startedAt = performance.now();
    load.open();
    const memory = await mostMemory(contestant);
    const count = load.close();
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = await contestant.usage?.();
    checkCalls(row, count.requests, callsOf(upstreams) - calls);
    const cpu = before && after ? after.cpu - before.cpu : undefined;
    return { ...timesOf(count, seconds), ...costOf(cpu, count.requests, seconds), memory };
  } catch (error) {
    throw new Error(`${row.key}: ${(error as Error).message}`, { cause: error });
  } finally {
    load.stop();
  }
}

async function mostMemory(contestant: RunningContestant): Promise<number | null> {
  let most: number | null = null;
  for (let passed = 0; passed < WINDOW; passed += SAMPLE_EVERY) {
    await delay(SAMPLE_EVERY);
    const usage = await contestant.usage?.();
    if (usage) most = Math.max(most ?? 0, usage.memory);
  }
  return most;
}

function callsOf(upstreams: Upstreams): number {
  return upstreams.servers.reduce((sum, server) => sum + server.requests(), 0);
}

/** Requests in flight at both ends of the window may count on one side only. */
function checkCalls(row: Row, requests: number, calls: number): void {
  if (requests === 0) throw new Error('no answer within the window');
  const slack = 2 * CONNECTIONS * row.calls;
  if (Math.abs(calls - requests * row.calls) > slack) {
    throw new Error(`${requests} requests caused ${calls} upstream calls, not ${row.calls} each`);
  }
}

function timesOf(count: LoadCount, seconds: number) {
  const percentile = (share: number) => count.latencies[Math.ceil(count.requests * share) - 1]!;
  return { requests: count.requests, seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

function costOf(cpu: number | undefined, requests: number, seconds: number) {
  if (cpu === undefined) return { cpu: null, utilisation: null };
  return { cpu: cpu / requests, utilisation: cpu / (seconds * 1e6) };
}
