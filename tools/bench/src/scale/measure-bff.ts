import { documentOf, documentPath } from '../answers.ts';
import { type RunningContestant, startContestant } from '../contestant-process.ts';
import { takeCores } from '../cores.ts';
import { Load } from '../load.ts';
import { answerBytes, startRawUpstream } from '../raw-upstream.ts';
import type { Row } from '../rows.ts';

/** Milliseconds of load that do not count, and that do. */
const WARM_UP = 1_500;
const WINDOW = 3_000;
const CONNECTIONS = 8;

/** Body of a part or row of the BFF that grows. */
export const DOCUMENT = documentOf('2kb');

/** A BFF that runs as a process of its own, and what it used. */
export interface GrowingBff {
  readonly port: number;
  /** CPU seconds until its first answer. */
  readonly startCpu: number;
  /** MiB of resident memory now. */
  memory(): Promise<number>;
  /** CPU microseconds a request under load. */
  costOf(path: string, bodyLength: number): Promise<number>;
}

/** Runs a contestant for one measurement, beside an upstream that serves `DOCUMENT`. @param addresses the variables that name the upstream */
export async function withContestant<T>(
  row: Row,
  addresses: (upstream: string) => Readonly<Record<string, string>>,
  measure: (contestant: RunningContestant) => Promise<T>,
): Promise<T> {
  const cores = takeCores((message) => process.stderr.write(`warning: ${message}\n`));
  const upstream = await startRawUpstream(new Map([[documentPath('2kb'), answerBytes(DOCUMENT)]]));
  try {
    const contestant = await startContestant(row, addresses(upstream.url), cores);
    try {
      return await measure(contestant);
    } finally {
      await contestant.stop();
    }
  } finally {
    await upstream.close();
  }
}

/** Runs `growing-bff` for one measurement. @param environment its `GROW_*` variables @param path one that answers 200 */
export function withGrowingBff<T>(
  environment: Readonly<Record<string, string>>,
  path: string,
  measure: (bff: GrowingBff) => Promise<T>,
): Promise<T> {
  const program = { program: './scale/growing-bff.js', environment: { ...environment, LOG_LEVEL: 'warn' } };
  const row: Row = { key: 'grow', task: 'grow', contestant: 'portico', ...program, path, expected: '', calls: 0 };
  return withContestant(
    row,
    (url) => ({ UPSTREAM_URL: url }),
    async (bff) => {
      const startCpu = (await bff.usage!()).cpu / 1e6;
      const memory = async () => (await bff.usage!()).memory / 2 ** 20;
      return measure({ port: bff.port, startCpu, memory, costOf: (...load) => costOf(bff, ...load) });
    },
  );
}

async function costOf(bff: RunningContestant, path: string, bodyLength: number): Promise<number> {
  const load = new Load({ port: bff.port, path, connections: CONNECTIONS, bodyLength });
  await load.run(WARM_UP);
  const before = (await bff.usage!()).cpu;
  const { requests } = await load.run(WINDOW);
  const after = (await bff.usage!()).cpu;
  load.stop();
  return (after - before) / requests;
}
