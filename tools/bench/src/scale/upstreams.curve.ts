import type { Curve } from './curve.ts';
import { DOCUMENT, withGrowingBff } from './measure-bff.ts';

/** What an upstream that is defined and has a row costs. */
export const curve: Curve = {
  name: 'upstreams',
  title: 'Upstreams of a BFF',
  unit: 'upstreams',
  points: [1, 10, 100, 1_000],
  bound:
    'The code of the BFF is what bounds its upstreams. Each has one instance and one row here; requests go to the last row.',
  measure: (upstreams) =>
    withGrowingBff({ GROW_UPSTREAMS: String(upstreams) }, `/service-${upstreams - 1}`, async (bff) => ({
      'CPU s until the first answer': bff.startCpu,
      'CPU µs a request': await bff.costOf(`/service-${upstreams - 1}`, DOCUMENT.length),
      'memory MiB': await bff.memory(),
    })),
};
