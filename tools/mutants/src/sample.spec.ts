import { sample, seededRandom } from './sample.ts';

const entries = Array.from({ length: 50 }, (_, index) => index);

describe('a sample', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(sample(entries, 10, seededRandom(1))).toEqual(sample(entries, 10, seededRandom(1)));
    expect(sample(entries, 10, seededRandom(1))).not.toEqual(sample(entries, 10, seededRandom(2)));
  });

  it('holds no entry twice, and all of them when it is large enough', () => {
    expect(new Set(sample(entries, 40, seededRandom(3))).size).toBe(40);
    expect(sample(entries, 60, seededRandom(3)).sort((a, b) => a - b)).toEqual(entries);
  });
});
