import { STYLE, text } from '../report/svg.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Outcome } from './simulate.ts';

const WIDTH = 840;
const LABEL = 130;
const BAR = 18;
const GAP = 5;
const TITLE = 30;
const FULL = WIDTH - LABEL - 90;
/** Ends of the logarithmic scale in milliseconds: between them are three powers of ten. */
const LEAST = 10;
const MOST = 3_000;

/** The 99th percentile of every balancer as bars on one logarithmic scale; an SVG for the docs. */
export function plotOf(outcomes: readonly Outcome[]): string {
  const title = '99th percentile of latency in milliseconds, logarithmic: shorter is better';
  const parts: string[] = [];
  let y = 26;
  for (const scenario of SCENARIOS) {
    const shown = outcomes.filter((outcome) => outcome.scenario === scenario);
    parts.push(
      text(0, y + 20, scenario.name, 'title'),
      ...shown.map((outcome, row) => bar(outcome, y + TITLE + row * (BAR + GAP))),
    );
    y += TITLE + shown.length * (BAR + GAP) + 10;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n</style>`,
    text(0, 16, title, 'note'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function bar({ by, p99 }: Outcome, y: number): string {
  const width = Math.max(2, (Math.log(p99 / LEAST) / Math.log(MOST / LEAST)) * FULL);
  return [
    text(LABEL - 10, y + 14, by, 'label'),
    `<rect class="bar${by === 'p2c' ? ' portico' : ''}" x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>`,
    text(LABEL + width + 8, y + 14, p99.toFixed(0), 'value'),
  ].join('\n');
}
