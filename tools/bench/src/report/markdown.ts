import { formatValue, type Verdict } from '../check.ts';
import { CONTESTANTS, type Row, TASKS } from '../rows.ts';
import type { Summary } from '../summary.ts';
import type { Machine } from './machine.ts';

/** All that a report tells. */
export interface Report {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly summaries: readonly Summary[];
  readonly verdicts: readonly Verdict[];
}

/** The results as a Markdown page: one table for each task, then the floors. */
export function markdownOf(report: Report): string {
  const { machine, rows, summaries, verdicts } = report;
  const tasks = [...new Set(rows.map((row) => row.task))];
  return [
    '# Benchmark results',
    '',
    `Written by \`npm run bench\` on ${machine.date}: ${machine.cpu}, ${machine.system}, Node ${machine.node},`,
    `${machine.rounds} rounds, ${machine.connections} connections. How to read it: [performance](../performance.md).`,
    '',
    ...tasks.flatMap((task) => [`## ${TASKS[task]}`, '', ...taskTable(task, rows, summaries), '']),
    '## Floors',
    '',
    '| floor | measured | |',
    '| --- | ---: | --- |',
    ...verdicts.map(
      (verdict) => `| ${verdict.floor.title} | ${formatValue(verdict)} | ${verdict.met ? 'met' : '**missed**'} |`,
    ),
    '',
    'Differences in µs are taken turn by turn, and so are not those of the medians in the tables.',
    '`*`: in no round had the contestant 85 % of its core to itself. "x Portico": how many times the CPU of Portico it takes.',
    '',
  ].join('\n');
}

function taskTable(task: string, rows: readonly Row[], summaries: readonly Summary[]): string[] {
  const cpuOfPortico = summaries.find(({ key }) => key === `${task}/portico` || key === `${task}/web-bff`)?.cpu;
  const lines = rows
    .filter((row) => row.task === task)
    .map((row) => {
      const summary = summaries.find(({ key }) => key === row.key)!;
      return `| ${[CONTESTANTS[row.contestant], ...cellsOf(summary, cpuOfPortico ?? undefined)].join(' | ')} |`;
    });
  return [
    '| | CPU µs/request | x Portico | requests/s | p50 ms | p99 ms | memory MiB | core used |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ];
}

function cellsOf(summary: Summary, cpuOfPortico: number | undefined): string[] {
  const { cpu, memory, utilisation } = summary;
  return [
    cpu === null ? '-' : `${cpu.toFixed(1)}${summary.doubtful ? '*' : ''}`,
    cpu === null || cpuOfPortico === undefined ? '-' : (cpu / cpuOfPortico).toFixed(2),
    summary.rate.toFixed(0),
    summary.p50.toFixed(1),
    summary.p99.toFixed(1),
    memory === null ? '-' : (memory / 1_048_576).toFixed(0),
    utilisation === null ? '-' : `${(utilisation * 100).toFixed(0)} %`,
  ];
}
