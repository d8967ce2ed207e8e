import { growthOf } from './growth-of.ts';

const make = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

function pairs(list: readonly number[]): number {
  let sum = 0;
  for (const one of list) for (const other of list) sum += one ^ other;
  return sum;
}

describe('the growth of a work', () => {
  it('is about 1 when its time grows with the size', () => {
    expect(
      growthOf({ make, work: (list) => list.reduce((sum, one) => sum ^ Math.imul(one, 31), 0) }, 50_000),
    ).toBeLessThan(3);
  });

  it('is about 8 when its time grows with the square of the size', () => {
    expect(growthOf({ make, work: pairs }, 1_000)).toBeGreaterThan(4);
  });

  it('is less than a half when its time does not grow', () => {
    const fixed = make(1_000);
    expect(growthOf({ make, work: () => pairs(fixed) }, 1_000)).toBeLessThan(0.5);
  });
});
