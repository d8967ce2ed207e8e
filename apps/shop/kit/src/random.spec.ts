import { SeededRandom } from './random.ts';

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed', () => {
    const [left, right, other] = [new SeededRandom(7), new SeededRandom(7), new SeededRandom(8)];
    const numbers = Array.from({ length: 100 }, () => left.next());
    expect(Array.from({ length: 100 }, () => right.next())).toEqual(numbers);
    expect(other.next()).not.toBe(numbers[0]);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it('reaches both ends of a range and every item', () => {
    const random = new SeededRandom(1);
    expect(new Set(Array.from({ length: 200 }, () => random.between(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]));
    expect(new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('shuffles a copy', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = new SeededRandom(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.sort()).toEqual(items);
  });
});
