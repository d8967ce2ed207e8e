/**
 * `npm run mutants -- <lib> [--seed N] [--count N]`: how many small faults in a library its types and tests notice. Prints those that
 * nobody noticed; whoever reads them says which are faults without effect.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutant.ts';
import { mutantsOf } from './mutants-of.ts';
import { isNoticed, servicesSpecsOf } from './run-specs.ts';
import { sample, seededRandom } from './sample.ts';
import { TypeCheck } from './type-check.ts';

const ROOT = join(import.meta.dirname, '../../..');

const USAGE = 'usage: npm run mutants -- <lib> [--seed N] [--count N]';

interface Options {
  readonly library: string;
  readonly seed: number;
  readonly count: number;
}

/** Default: the day as the seed, and 20 mutants. */
function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, count: { type: 'string', default: '20' } },
  });
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const [library, ...rest] = positionals;
  const seed = Number(values.seed ?? today);
  const count = Number(values.count);
  if (library === undefined || rest.length > 0 || !Number.isInteger(seed) || !(Number.isInteger(count) && count > 0)) {
    throw new Error(USAGE);
  }
  return { library, seed, count };
}

/** Sources of a library that ship: no specs, benchmarks or lists of exports. */
function sourcesOf(library: string): string[] {
  const files = readdirSync(join(ROOT, 'libs', library, 'src'), { recursive: true }) as string[];
  const shipped = files.filter((file) => /\.ts$/.test(file) && !/(\.(services-)?spec|\.bench|^index)\.ts$/.test(file));
  return shipped.map((file) => `libs/${library}/src/${file}`).sort();
}

function describe({ file, line, change, original, replacement }: Mutant): string {
  const becomes = replacement === ';' || replacement === '' ? '' : ` -> ${replacement.replaceAll(/\s+/g, ' ')}`;
  return `${file}:${line} ${change}: ${original.slice(0, 120)}${becomes.slice(0, 120)}`;
}

async function main(): Promise<void> {
  const { library, seed, count } = readOptions();
  const all = sourcesOf(library).flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')));
  const drawn = sample(all, count, seededRandom(seed));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`${library}: ${drawn.length} of ${all.length} mutants, seed ${seed}`);
  const types = new TypeCheck(ROOT);
  const survivors: Mutant[] = [];
  for (const [index, mutant] of drawn.entries()) {
    const by = !types.compiles(mutant) ? 'types' : (await isNoticed(mutant, ROOT)) ? 'specs' : 'nobody';
    if (by === 'nobody') survivors.push(mutant);
    say(`${index + 1}/${drawn.length} noticed by ${by}: ${describe(mutant)}`);
  }
  const noticed = drawn.length - survivors.length;
  say(
    `\n${library}, seed ${seed}: ${noticed} of ${drawn.length} noticed (${((100 * noticed) / drawn.length).toFixed(1)} %)`,
  );
  for (const survivor of survivors) {
    say(`nobody noticed ${describe(survivor)}`);
    for (const spec of servicesSpecsOf(survivor, ROOT)) say(`  not run, it needs a real server: ${spec}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
