import type { Curve } from './curve.ts';
import { DOCUMENT, withGrowingBff } from './measure-bff.ts';

/** What a part of a page costs. */
export const curve: Curve = {
  name: 'parts',
  title: 'Parts of a page',
  unit: 'parts',
  points: [1, 3, 10, 40],
  bound:
    'A page makes at most `maxCalls` upstream calls; a plan that could make more does not start. Parts of 2 KB each, all from one upstream, spliced.',
  measure: (parts) =>
    withGrowingBff({ GROW_PARTS: String(parts) }, '/page', async ({ costOf, memory }) => {
      const cpu = await costOf('/page', pageLength(parts));
      return { 'CPU µs a page': cpu, 'CPU µs a part': cpu / parts, 'memory MiB': await memory() };
    }),
};

function pageLength(parts: number): number {
  return `{${Array.from({ length: parts }, (_, index) => `"part${index}":${DOCUMENT}`).join(',')}}`.length;
}
