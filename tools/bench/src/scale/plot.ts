import { STYLE, text } from '../report/svg.ts';
import type { MeasuredCurve } from './curve.ts';

const COLUMNS = 3;
const PANEL = { width: 280, height: 190 };
/** Where the curve itself stands within its panel. */
const AREA = { left: 16, top: 44, width: 240, height: 110 };

/** The first measure of every curve over what grows, both logarithmic; an SVG for the docs. */
export function plotOf(curves: readonly MeasuredCurve[]): string {
  const title = 'One curve for each thing that grows; both axes logarithmic';
  const width = COLUMNS * PANEL.width;
  const height = 24 + Math.ceil(curves.length / COLUMNS) * PANEL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n  .axis { stroke: #a9b1c0 }\n  .curve { fill: none; stroke: #2f6fde; stroke-width: 2 }\n</style>`,
    text(0, 16, title, 'note'),
    ...curves.map((curve, index) => panel(curve, index)),
    '</svg>',
    '',
  ].join('\n');
}

function panel(curve: MeasuredCurve, index: number): string {
  const left = (index % COLUMNS) * PANEL.width + AREA.left;
  const top = 24 + Math.floor(index / COLUMNS) * PANEL.height + AREA.top;
  const head = Object.keys(curve.rows[0]?.measures ?? {})[0] ?? '';
  const xs = curve.rows.map(({ point }) => point);
  const ys = curve.rows.map(({ measures }) => measures[head] ?? 0);
  const x = logarithmic(xs, left, left + AREA.width);
  const y = logarithmic(ys, top + AREA.height, top);
  const dots = xs.map((point, at) => [x(point), y(ys[at]!)] as const);
  const bottom = top + AREA.height + 8;
  return [
    text(left, top - 26, curve.title, 'title'),
    text(left, top - 10, head, 'note'),
    `<line class="axis" x1="${left}" y1="${bottom}" x2="${left + AREA.width}" y2="${bottom}"/>`,
    `<polyline class="curve" points="${dots.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')}"/>`,
    ...dots.map(([px, py]) => `<circle class="portico" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3"/>`),
    text(
      left,
      bottom + 16,
      `${short(xs[0]!)} to ${short(xs.at(-1)!)} ${curve.unit}: ${short(ys[0]!)} to ${short(ys.at(-1)!)}`,
      'value',
    ),
  ].join('\n');
}

/** A logarithmic scale over the values, at least one power of ten wide, so that a flat curve looks flat. */
function logarithmic(values: readonly number[], from: number, to: number): (value: number) => number {
  const logs = values.map(log);
  const least = Math.min(...logs);
  const span = Math.max(1, Math.max(...logs) - least);
  return (value) => from + ((log(value) - least) / span) * (to - from);
}

function log(value: number): number {
  return Math.log10(Math.max(value, 1e-3));
}

function short(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}
