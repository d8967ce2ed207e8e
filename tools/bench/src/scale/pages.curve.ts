import type { Curve } from './curve.ts';
import { withGrowingBff } from './measure-bff.ts';
import { loadPages } from './page-load.ts';

/** What pages that many clients ask for at once come to. */
export const curve: Curve = {
  name: 'pages',
  title: 'Pages at one time',
  unit: 'clients',
  points: [64, 128, 256, 512],
  bound:
    'An upstream takes `bulkhead.calls` (256) calls at one time. A page of 5 parts needs 5 of them; `bulkhead.queue` (1,024) pages wait in line, at most `queueTimeout` (1,000 ms), and further ones are refused before their first call. Each client asks again at once.',
  measure: (clients) =>
    withGrowingBff({ GROW_PARTS: '5' }, '/page', async ({ port }) => {
      const { whole, all } = await loadPages(port, '/page', clients);
      return { 'whole pages/s': whole, 'whole %': (100 * whole) / all, 'refused/s': all - whole };
    }),
};
