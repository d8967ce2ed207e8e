/** `npm run bench:scale [-- <curve>...]`: what grows with the work, as tables on the terminal and as a page of the docs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../report/machine.ts';
import type { Curve, MeasuredCurve, Measures } from './curve.ts';
import { loadCurves } from './load-curves.ts';
import { plotOf } from './plot.ts';
import { markdownOf, type ScaleReport, tableOf } from './report.ts';

const FOLDER = new URL('../../../../docs/bench/', import.meta.url);
const RESULTS = new URL('scale.json', FOLDER);

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Every point in a fresh process: what one point leaves behind in memory is not another's. */
function measurePoint(curve: Curve, point: number): Measures {
  const program = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, '--expose-gc', program, '--point', curve.name, String(point)];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as Measures;
}

function measureCurve(curve: Curve): MeasuredCurve {
  const { name, title, unit, bound } = curve;
  const rows = curve.points.map((point, index) => {
    say(`${name} ${index + 1}/${curve.points.length}: ${point.toLocaleString('en')} ${unit}`);
    return { point, measures: measurePoint(curve, point) };
  });
  return { name, title, unit, bound, rows };
}

/** Curves that were not measured this time keep what they had. */
function write(measured: readonly MeasuredCurve[]): void {
  const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as ScaleReport).curves : [];
  const kept = before.filter(({ name }) => !measured.some((curve) => curve.name === name));
  const { date, node, cpu, system } = describeMachine(1);
  const now = measured.map((curve) => ({ ...curve, machine: `${date}, ${cpu}, ${system}, Node ${node}` }));
  const curves = [...kept, ...now].sort((a, b) => (a.name < b.name ? -1 : 1));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ curves }, null, 2)}\n`);
  writeFileSync(new URL('scale.md', FOLDER), markdownOf({ curves }));
  writeFileSync(new URL('scale.svg', FOLDER), plotOf(curves));
  say('written: docs/bench/scale.json, scale.md, scale.svg');
}

const args = process.argv.slice(2);
if (args[0] === '--point') {
  const [curve] = await loadCurves([args[1]!]);
  const measures = await curve!.measure(Number(args[2]));
  process.stdout.write(`\n${JSON.stringify(measures)}\n`, () => process.exit(0));
} else {
  const measured = (await loadCurves(args)).map(measureCurve);
  for (const curve of measured) say(`\n${tableOf(curve)}`);
  write(measured);
}
