import { CONTESTANTS, TASKS } from '../rows.ts';
import type { Summary } from '../summary.ts';
import type { Report } from './markdown.ts';
import { STYLE, text } from './svg.ts';

const WIDTH = 840;
const LABEL = 250;
const BAR = 20;
const GAP = 6;
const TITLE = 34;
const FULL = WIDTH - LABEL - 130;

/** The CPU cost of every contestant as bars, one scale for each task; an SVG for the docs. */
export function plotOf(report: Report): string {
  const tasks = [...new Set(report.rows.map((row) => row.task))];
  const parts: string[] = [];
  let y = 46;
  for (const task of tasks) {
    const summaries = report.summaries.filter(({ key, cpu }) => key.startsWith(`${task}/`) && cpu !== null);
    if (summaries.length === 0) continue;
    parts.push(panel(TASKS[task]!, summaries, y));
    y += TITLE + summaries.length * (BAR + GAP) + 14;
  }
  const { cpu, node, date } = report.machine;
  const title = 'CPU time for one request, in microseconds: shorter is better';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n</style>`,
    text(0, 16, title, 'title'),
    text(0, 34, `${cpu}, Node ${node}, ${date}`, 'note'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function panel(title: string, summaries: readonly Summary[], top: number): string {
  const most = Math.max(...summaries.map(({ cpu }) => cpu!));
  const bars = summaries.map(({ key, cpu }, i) => {
    const contestant = key.slice(key.indexOf('/') + 1) as keyof typeof CONTESTANTS;
    const ours = contestant.startsWith('portico') || contestant === 'web-bff';
    const y = top + TITLE + i * (BAR + GAP);
    const width = Math.max(2, (cpu! / most) * FULL);
    return [
      text(LABEL - 10, y + 15, CONTESTANTS[contestant], 'label'),
      `<rect class="bar${ours ? ' portico' : ''}" x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>`,
      text(LABEL + width + 8, y + 15, cpu!.toFixed(cpu! < 100 ? 1 : 0), 'value'),
    ].join('\n');
  });
  return [text(0, top + 20, title, 'title'), ...bars].join('\n');
}
