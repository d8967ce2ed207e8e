import type { Curve } from './curve.ts';
import { DOCUMENT, withGrowingBff } from './measure-bff.ts';

/** What a row of the route table costs. */
export const curve: Curve = {
  name: 'rows',
  title: 'Rows of the route table',
  unit: 'rows',
  points: [10, 100, 1_000, 10_000],
  bound:
    'The code of the BFF is what bounds its rows: the start takes longer and memory grows in proportion, a request does not. Requests go to the last row.',
  measure: (rows) =>
    withGrowingBff({ GROW_ROWS: String(rows) }, `/rows/${rows - 1}/1`, async (bff) => ({
      'CPU s until the first answer': bff.startCpu,
      'CPU µs a request': await bff.costOf(`/rows/${rows - 1}/1`, DOCUMENT.length),
      'memory MiB': await bff.memory(),
    })),
};
