/** `npm run bench:stages`: what each stage and each gate of the outbound pipeline costs by itself. */
import { readdirSync } from 'node:fs';

/** A micro-benchmark of one stage or gate; they stand beside these. */
interface StageBench {
  readonly name: string;
  /** Makes `iterations` calls through the stage, around a call that answers at once. */
  run(iterations: number): Promise<void>;
}

const FOLDERS = ['stages', 'gates'].map((room) => new URL(`../../../libs/upstream/src/${room}/`, import.meta.url));
const ITERATIONS = 200_000;
const RUNS = 7;

/** Nanoseconds a call, the best of several runs: what disturbs a run only ever makes it longer. */
async function measure(bench: StageBench): Promise<number> {
  await bench.run(ITERATIONS);
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await bench.run(ITERATIONS);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / ITERATIONS);
  }
  return best;
}

async function load(): Promise<StageBench[]> {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder).href));
  const modules = await Promise.all(files.filter((file) => file.endsWith('.bench.ts')).map((file) => import(file)));
  return modules.map((module: { bench: StageBench }) => module.bench);
}

for (const bench of await load()) {
  process.stdout.write(`${bench.name.padEnd(20)} ${(await measure(bench)).toFixed(0).padStart(6)} ns\n`);
}
