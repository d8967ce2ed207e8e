import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { Plan } from './plan.ts';
import { placesOf } from './plan-places.ts';
import { view } from './view.ts';

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const reviews = defineUpstream('reviews', { url: 'http://127.0.0.1:4005' });
const input = z.object({});
const placesIn = (plan: Plan<object, unknown>, maxCalls = 20) => placesOf(view({ input, plan, maxCalls }));

describe('the places that a page needs', () => {
  it('are one for each part of an upstream', () => {
    const plan = Plan.for<object>()
      .required('a', () => catalog.get`/a`)
      .optional('b', () => catalog.get`/b`)
      .optional('c', () => reviews.get`/c`);
    expect(placesIn(plan)).toEqual({
      needs: [
        { upstream: 'catalog', places: 2, calls: 2, isRequired: true },
        { upstream: 'reviews', places: 1, calls: 1, isRequired: false },
      ],
      parts: [
        { need: 0, calls: 1 },
        { need: 0, calls: 1 },
        { need: 1, calls: 1 },
      ],
    });
  });

  it('are those of the widest part where parts wait for each other, also over parts of other upstreams', () => {
    const plan = Plan.for<object>()
      .required('a', () => catalog.get<object>`/a`)
      .required('b', () => reviews.get<object>`/b`, { after: ['a'] })
      .requiredEach('c', () => ['1'], { call: (key) => catalog.get`/c/${key}`, after: ['b'], concurrency: 3 })
      .required('d', () => catalog.get`/d`);
    expect(placesIn(plan).needs).toEqual([
      { upstream: 'catalog', places: 4, calls: 5, isRequired: true },
      { upstream: 'reviews', places: 1, calls: 1, isRequired: true },
    ]);
  });

  it('are for a fan-out its concurrency, and no more than the calls that the view may make', () => {
    const plan = Plan.for<object>()
      .required('a', () => catalog.get`/a`)
      .optionalEach('b', () => ['1'], { call: (key) => catalog.get`/b/${key}`, concurrency: 8 });
    expect(placesIn(plan).needs[0]).toMatchObject({ places: 9 });
    expect(placesIn(plan, 4).needs[0]).toMatchObject({ places: 4 });
  });

  it('are not known of a part whose upstream only data tells', () => {
    const plan = Plan.for<{ shop?: typeof catalog }>().required('a', ({ shop }) => {
      if (!(shop as { options?: object } | undefined)?.options || typeof shop !== 'object') throw new Error('no data');
      return shop.get`/a`;
    });
    expect(placesOf(view({ input: z.object({}), plan }))).toEqual({ needs: [], parts: [undefined] });
  });
});
