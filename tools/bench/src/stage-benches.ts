/** `npm run bench:stages`: what each stage and each gate of the outbound pipeline, and the proof of a part, costs by itself. */
import { readdirSync } from 'node:fs';

/** A micro-benchmark of one thing; it stands beside what it measures. */
interface StageBench {
  readonly name: string;
  /** Calls of one run. Default 200,000. */
  readonly iterations?: number;
  /** Makes `iterations` calls through the stage, around a call that answers at once. */
  run(iterations: number): Promise<void>;
}

const FOLDERS = ['upstream/src/stages', 'upstream/src/gates', 'aggregation/src'].map(
  (room) => new URL(`../../../libs/${room}/`, import.meta.url),
);
const ITERATIONS = 200_000;
const RUNS = 7;

/** Nanoseconds a call, the best of several runs: what disturbs a run only ever makes it longer. */
async function measure(bench: StageBench): Promise<number> {
  const iterations = bench.iterations ?? ITERATIONS;
  await bench.run(iterations);
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await bench.run(iterations);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / iterations);
  }
  return best;
}

async function load(): Promise<StageBench[]> {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder).href));
  const modules = await Promise.all(files.filter((file) => file.endsWith('.bench.ts')).map((file) => import(file)));
  return modules.flatMap((module: { bench?: StageBench; benches?: StageBench[] }) => module.bench ?? module.benches!);
}

for (const bench of await load()) {
  process.stdout.write(`${bench.name.padEnd(20)} ${(await measure(bench)).toFixed(0).padStart(6)} ns\n`);
}
