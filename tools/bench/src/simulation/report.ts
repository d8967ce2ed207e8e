import { LOAD, SCENARIOS } from './scenarios.ts';
import type { Outcome } from './simulate.ts';

const HEAD = ['', 'mean', 'p50', 'p99', 'p99.9', 'calls to the slow one', 'given up'];

/** The outcomes as tables for a terminal, one for each scenario. */
export function tableOf(outcomes: readonly Outcome[]): string {
  return byScenario(outcomes)
    .map(([title, rows]) => [title, ...[HEAD, ...rows].map((row) => row.map(pad).join(' '))].join('\n'))
    .join('\n\n');
}

/** The outcomes as a page of the docs. */
export function markdownOf(outcomes: readonly Outcome[]): string {
  const tables = byScenario(outcomes).map(([title, rows]) =>
    [`## ${title}`, '', line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n'),
  );
  const { instances, workers, serviceTime, rate, calls, timeout, seed } = LOAD;
  return `# Balancers, simulated

Written by \`npm run simulate\`: the balancers as they ship, simulated time, and chance from a fixed seed (${seed}), so every run gives these numbers.

${calls.toLocaleString('en')} calls at random moments, ${rate.toLocaleString('en')} a second, to ${instances} instances of ${workers} workers that take ${serviceTime} ms for a call on average (exponential). Clients give
up after ${timeout.toLocaleString('en')} ms. No retries, no ejection, no hedging: what the choice of the instance does by itself. Milliseconds.

![99th percentile of latency by balancer](balancers.svg)

${tables.join('\n\n')}

\`random\` and \`roundRobin\` send the slow instance as much as any other, so once it is slow enough its latency is the 99th percentile of everything.
\`leastRequest\`, and \`hash\` by its bounded load, send it less, because calls pile up there; but they must keep some there all the time to
have something to count. \`p2c\` knows the latency too, and comes back only now and then to see whether it is still slow. When all are alike it costs nothing.
`;
}

function byScenario(outcomes: readonly Outcome[]): [title: string, rows: string[][]][] {
  return SCENARIOS.map((scenario) => [
    scenario.name,
    outcomes.filter((outcome) => outcome.scenario === scenario).map(cellsOf),
  ]);
}

function cellsOf({ by, mean, p50, p99, p999, shares, timeouts }: Outcome): string[] {
  return [
    by,
    ...[mean, p50, p99, p999].map((time) => time.toFixed(1)),
    `${(shares[0]! * 100).toFixed(2)} %`,
    `${timeouts}`,
  ];
}

function pad(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(14) : cell.padStart(column === 5 ? 22 : 9);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
