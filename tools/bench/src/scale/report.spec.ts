import type { MeasuredCurve } from './curve.ts';
import { tableOf } from './report.ts';

describe('the table of a curve', () => {
  it('has a row for each point, with three digits of each figure at least', () => {
    const curve: MeasuredCurve = {
      name: 'parts',
      title: 'Parts of a page',
      unit: 'parts',
      bound: 'At most 20.',
      rows: [
        { point: 1, measures: { 'µs a page': 98.765, MiB: 0.1234 } },
        { point: 1_000, measures: { 'µs a page': 12_345.6, MiB: 131.5 } },
      ],
    };
    expect(tableOf(curve).split('\n')).toEqual([
      '| parts | µs a page | MiB |',
      '| ---: | ---: | ---: |',
      '| 1 | 98.8 | 0.12 |',
      '| 1,000 | 12,346 | 132 |',
    ]);
  });
});
