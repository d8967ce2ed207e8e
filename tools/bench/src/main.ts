import { mkdirSync, writeFileSync } from 'node:fs';
import { holdFloors, formatValue, type Verdict } from './check.ts';
import { takeCores } from './cores.ts';
import { type Floor, floors, rowsOf } from './floors.ts';
import { measureTask, type Round } from './measure.ts';
import { parseOptions } from './options.ts';
import { describeMachine } from './report/machine.ts';
import { markdownOf, type Report } from './report/markdown.ts';
import { plotOf } from './report/plot.ts';
import { type Row, selectRows } from './rows.ts';
import { isDisturbed, summarise, type Summary } from './summary.ts';
import { startUpstreams } from './upstreams.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Measures the rows task by task in several rounds, the contestants of a task side by side. Tasks that were disturbed or failed
 * are measured once more at the end.
 */
async function measureAll(rows: readonly Row[], count: number): Promise<Round[]> {
  const cores = takeCores((message) => say(`warning: ${message}`));
  const upstreams = await startUpstreams();
  const rounds: Round[] = [];
  const add = async (task: readonly Row[], round: number): Promise<boolean> => {
    const outcomes = await measureTask(task, round, upstreams, cores);
    for (const outcome of outcomes) {
      if (!(outcome instanceof Error)) rounds.push(outcome);
      say(`round ${round}/${count}  ${outcome instanceof Error ? `failed: ${outcome.message}` : progressOf(outcome)}`);
    }
    return outcomes.every((outcome) => !(outcome instanceof Error) && !isDisturbed(outcome));
  };
  const tasks = [...new Set(rows.map(({ task }) => task))].map((task) => rows.filter((row) => row.task === task));
  const again: [Row[], number][] = [];
  for (let round = 1; round <= count; round++) {
    for (const task of tasks) if (!(await add(task, round))) again.push([task, round]);
  }
  for (const [task, round] of again) await add(task, round);
  await Promise.all(upstreams.servers.map((server) => server.close()));
  return rounds;
}

function progressOf(measured: Round): string {
  const { key, cpu, utilisation, p50, p99, requests, seconds } = measured;
  const cost = cpu === null ? '-' : `${cpu.toFixed(1)} µs`;
  const rate = `${(requests / seconds).toFixed(0)}/s`.padStart(9);
  const core = utilisation === null ? '' : `core ${(utilisation * 100).toFixed(0)} %`;
  const note = isDisturbed(measured) ? ' (disturbed)' : '';
  return `${key.padEnd(24)} ${cost.padStart(11)} ${rate}  p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms  ${core}${note}`;
}

/** Writes the report to `docs/bench`. */
function write(report: Report, rounds: readonly Round[]): void {
  const folder = new URL('../../../docs/bench/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const { machine, summaries } = report;
  writeFileSync(new URL('results.json', folder), `${JSON.stringify({ machine, summaries, rounds }, null, 2)}\n`);
  writeFileSync(new URL('results.svg', folder), plotOf(report));
  writeFileSync(new URL('results.md', folder), markdownOf(report));
  say('written: docs/bench/results.json, results.md, results.svg');
}

function sayVerdicts(verdicts: readonly Verdict[], summaries: readonly Summary[]): void {
  const doubtful = summaries.filter((summary) => summary.doubtful).map(({ key }) => key);
  if (doubtful.length > 0)
    say(`warning: no undisturbed round of ${doubtful.join(', ')}: close other programs, try again`);
  if (verdicts.length === 0) say('no floor holds for these rows alone');
  for (const verdict of verdicts) {
    say(`${verdict.met ? 'met   ' : 'MISSED'}  ${verdict.floor.title}: ${formatValue(verdict)}`);
  }
}

/** With `--only`, the floors that the rows chosen say something about. */
function floorsOf(rows: readonly Row[]): readonly Floor[] {
  const keys = new Set(rows.map((row) => row.key));
  return floors.filter((floor) => rowsOf(floor).every((key) => keys.has(key)));
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const rows = selectRows(options.only);
  const rounds = await measureAll(rows, options.rounds);
  const summaries = summarise(rounds);
  const verdicts = holdFloors(floorsOf(rows), rounds);
  const measured = rows.filter((row) => summaries.some(({ key }) => key === row.key));
  if (measured.length < rows.length) process.exitCode = 1;
  const report = { machine: describeMachine(options.rounds), rows: measured, summaries, verdicts };
  say(`\n${markdownOf(report)}`);
  if (options.only.length === 0) write(report, rounds);
  if (options.check) {
    sayVerdicts(verdicts, summaries);
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exit(1);
}
