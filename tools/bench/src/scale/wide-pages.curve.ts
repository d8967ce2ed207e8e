import type { Curve } from './curve.ts';
import { withGrowingBff } from './measure-bff.ts';
import { loadPages } from './page-load.ts';

/** The same for pages of many parts. */
export const curve: Curve = {
  name: 'wide-pages',
  title: 'Pages of 40 parts at one time',
  unit: 'clients',
  points: [8, 16, 32, 64],
  bound:
    'As for pages of 5 parts, but a page needs 40 places, so that six of them are under way at one time and the others wait.',
  measure: (clients) =>
    withGrowingBff({ GROW_PARTS: '40' }, '/page', async ({ port }) => {
      const { whole, all } = await loadPages(port, '/page', clients);
      return { 'whole pages/s': whole, 'whole %': (100 * whole) / all, 'refused/s': all - whole };
    }),
};
