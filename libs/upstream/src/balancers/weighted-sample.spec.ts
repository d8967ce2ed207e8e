import fc from 'fast-check';
import { seededRandom } from '@portico/testing';
import { WeightedSample } from './weighted-sample.ts';

describe('drawing by weight', () => {
  it('gives every index its share, whatever the weights are', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, (given) => {
        const sample = new WeightedSample(seededRandom());
        sample.update(given);
        const counts = given.map(() => 0);
        for (let draw = 0; draw < 20_000; draw++) counts[sample.draw()]!++;
        const total = given.reduce((sum, weight) => sum + weight, 0);
        counts.forEach((count, index) => expect(Math.abs(count / 20_000 - given[index]! / total)).toBeLessThan(0.02));
      }),
      { numRuns: 30 },
    );
  });

  it('draws within bounds for the largest number below 1', () => {
    const sample = new WeightedSample(() => 1 - Number.EPSILON / 2);
    for (const weights of [[1], [1, 1, 1], [1, 2, 3], Array<number>(10_000).fill(1)]) {
      sample.update(weights);
      expect(sample.draw()).toBeLessThan(weights.length);
    }
  });
});
