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
  /** When the measurement of its task began, in milliseconds since 1970: rounds with the same value were taken side by side. */
  readonly at: number;
  readonly requests: number;
  /** Length of the window. */
  readonly seconds: number;
  /** Microseconds of CPU time, user and system, of the contestant's process for each request; null without a process. */
  readonly cpu: number | null;
  /** The same for each turn, in their order; null without a process. */
  readonly turns: readonly number[] | null;
  /** Share of the window the contestant's process was on a core, 0 to 1 (and above with several threads unpinned). */
  readonly utilisation: number | null;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The most resident memory seen during the window, in bytes. */
  readonly memory: number | null;
}

/** Milliseconds of load before the first window. */
const WARM_UP = 2_000;
/** A measurement is made of short turns with the other contestants of its task, so that a slow second hits all. */
const TURNS = 8;
const TURN = 500;
/** Milliseconds of load before each turn that do not count: a process that was idle collects garbage and has cold caches. */
const LEAD_IN = 250;

/** Keep-alive connections of the load. */
export const CONNECTIONS = 64;

/** The three upstreams and the variables that tell a contestant their addresses. */
export interface Upstreams {
  readonly servers: readonly RawUpstream[];
  readonly environment: Readonly<Record<string, string>>;
}

type Outcome = Round | Error;

/**
 * Measures the contestants of one task side by side: all of them are started and warmed up, then each is loaded in turn, the
 * others being idle.
 *
 * @returns one round for each row, in their order, or what went wrong with it
 */
export async function measureTask(
  rows: readonly Row[],
  round: number,
  upstreams: Upstreams,
  cores: Cores | undefined,
): Promise<Outcome[]> {
  const sessions: Session[] = [];
  try {
    const at = Date.now();
    for (const row of rows) sessions.push(await Session.open(row, upstreams, cores));
    // Always in the same order: all were idle for the same time when their turn comes. The first turn counts for nobody.
    for (const session of sessions) await session.leadIn(TURN);
    for (let turn = 0; turn < TURNS; turn++) for (const session of sessions) await session.runTurn();
    return sessions.map((session) => session.result(round, at));
  } finally {
    await Promise.all(sessions.map((session) => session.stop()));
  }
}

/** A contestant under measurement. What goes wrong ends its own measurement only. */
class Session {
  private readonly latencies: number[] = [];
  private seconds = 0;
  /** Upstream calls that the counted requests caused. */
  private calls = 0;
  private cpu: number | undefined;
  private readonly turns: number[] = [];
  private memory: number | null = null;
  private failure: Error | undefined;
  private contestant: RunningContestant | undefined;
  private load: Load | undefined;

  private constructor(
    private readonly row: Row,
    private readonly upstreams: Upstreams,
  ) {}

  /** Starts a row's contestant, checks its answer and warms it up. */
  static async open(row: Row, upstreams: Upstreams, cores: Cores | undefined): Promise<Session> {
    const session = new Session(row, upstreams);
    await session.try(() => session.warmUp(cores));
    return session;
  }

  /** Loads it for so many milliseconds that do not count. */
  leadIn(duration: number): Promise<void> {
    return this.try(async () => void (await this.load!.run(duration)));
  }

  /** Loads it for a while; what it uses until its last answer is out counts. */
  runTurn(): Promise<void> {
    return this.try(async () => {
      const { contestant, load, upstreams } = this;
      await load!.run(LEAD_IN);
      const calls = callsOf(upstreams);
      const before = await contestant!.usage?.();
      const startedAt = performance.now();
      const { requests, latencies } = await load!.run(TURN);
      this.seconds += (performance.now() - startedAt) / 1_000;
      const after = await contestant!.usage?.();
      this.calls += callsOf(upstreams) - calls;
      if (requests === 0) throw new Error('no answer within the turn');
      for (const latency of latencies) this.latencies.push(latency);
      if (!before || !after) return;
      this.cpu = (this.cpu ?? 0) + after.cpu - before.cpu;
      this.turns.push((after.cpu - before.cpu) / requests);
      this.memory = Math.max(this.memory ?? 0, after.memory);
    });
  }

  result(round: number, at: number): Outcome {
    const failure = this.failure ?? callsProblem(this.row, this.latencies.length, this.calls);
    if (failure) return failure;
    const { seconds, memory } = this;
    const count = { requests: this.latencies.length, latencies: Float64Array.from(this.latencies).sort() };
    return {
      key: this.row.key,
      round,
      at,
      ...timesOf(count, seconds),
      ...costOf(this.cpu, count.requests, seconds),
      turns: this.cpu === undefined ? null : this.turns,
      memory,
    };
  }

  async stop(): Promise<void> {
    this.load?.stop();
    await this.contestant?.stop();
  }

  private async warmUp(cores: Cores | undefined): Promise<void> {
    const { row } = this;
    this.contestant = await startContestant(row, this.upstreams.environment, cores);
    const { port } = this.contestant;
    const fields = await fieldsOf(row, port);
    const { status, body } = await get(port, row.path, fields);
    if (status !== 200 || body !== row.expected) {
      throw new Error(`the answer (status ${status}, ${body.length} characters) is not the expected one`);
    }
    const bodyLength = Buffer.byteLength(body);
    this.load = new Load({ port, path: row.path, connections: CONNECTIONS, bodyLength, fields });
    await this.load.run(WARM_UP);
  }

  private async try(work: () => Promise<void>): Promise<void> {
    if (this.failure) return;
    try {
      await work();
    } catch (error) {
      this.failure = new Error(`${this.row.key}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The header fields that a row's contestant wants to see. */
async function fieldsOf(row: Row, port: number): Promise<Readonly<Record<string, string>>> {
  if (row.credentials === undefined) return {};
  const { body } = await get(port, row.credentials);
  return JSON.parse(body) as Readonly<Record<string, string>>;
}

function callsOf(upstreams: Upstreams): number {
  return upstreams.servers.reduce((sum, server) => sum + server.requests(), 0);
}

/** What is wrong with the number of upstream calls. Probes and hedges add a few. */
function callsProblem({ key, calls: each }: Row, requests: number, calls: number): Error | undefined {
  if (Math.abs(calls - requests * each) <= 2 * CONNECTIONS * each) return undefined;
  return new Error(`${key}: ${requests} requests caused ${calls} upstream calls, not ${each} each`);
}

function timesOf(count: LoadCount, seconds: number) {
  const percentile = (share: number) => count.latencies[Math.ceil(count.requests * share) - 1]!;
  return { requests: count.requests, seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

function costOf(cpu: number | undefined, requests: number, seconds: number) {
  if (cpu === undefined) return { cpu: null, utilisation: null };
  return { cpu: cpu / requests, utilisation: cpu / (seconds * 1e6) };
}
