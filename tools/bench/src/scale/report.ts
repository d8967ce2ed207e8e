import type { MeasuredCurve } from './curve.ts';

/** What `docs/bench/scale.json` holds. */
export interface ScaleReport {
  /** Each says on what machine and day it was measured. */
  readonly curves: readonly (MeasuredCurve & { readonly machine: string })[];
}

/** A curve as a table of Markdown, which reads on a terminal too. */
export function tableOf(curve: MeasuredCurve): string {
  const heads = Object.keys(curve.rows[0]?.measures ?? {});
  const cells = [
    [curve.unit, ...heads],
    ['---:', ...heads.map(() => '---:')],
    ...curve.rows.map(({ point, measures }) => [
      point.toLocaleString('en'),
      ...heads.map((head) => figure(measures[head])),
    ]),
  ];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Three digits that say something, no more than two of them behind the point. */
function figure(value: number | undefined): string {
  if (value === undefined) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The page of the docs. */
export function markdownOf({ curves }: ScaleReport): string {
  const sections = curves.map(
    (curve) => `## ${curve.title}\n\n${curve.bound}\n\n${tableOf(curve)}\n\n${curve.machine}.`,
  );
  return `# As the work grows

Written by \`npm run bench:scale\`: what one more row, upstream, instance, connection, session, token or part costs, and what bounds
their number. Each point ran in a process of its own.

![One curve for each thing that grows](scale.svg)

${sections.join('\n\n')}
`;
}
