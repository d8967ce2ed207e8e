import fc from 'fast-check';
import { Turns } from './turns.ts';

const weightLists = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 40 });

function countsOf(turns: Turns, entries: number, calls: number): number[] {
  const counts = Array.from({ length: entries }, () => 0);
  for (let call = 0; call < calls; call++) counts[turns.take()]!++;
  return counts;
}

describe('turns by weight', () => {
  it('never give an entry more than a turn or two before another one, by their weights, wherever they begin', () => {
    fc.assert(
      fc.property(weightLists, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (weights, firsts) => {
        const turns = new Turns(
          weights,
          weights.map(() => firsts.next().value),
        );
        const counts = countsOf(turns, weights.length, 500);
        const rounds = counts.map((count, i) => count / weights[i]!);
        rounds.forEach((round, i) => {
          const apart = rounds.map((other, j) => Math.abs(round - other) / (1 / weights[i]! + 1 / weights[j]!));
          expect(Math.max(...apart)).toBeLessThan(1 + 1e-6);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('go to the first entry that fits, and those before it keep theirs', () => {
    const turns = new Turns([1, 1, 1, 1], [0, 0.1, 0.2, 0.3]);
    expect(turns.take((index) => index === 2)).toBe(2);
    expect([turns.take(), turns.take(), turns.take(), turns.take()]).toEqual([0, 1, 3, 0]);
  });

  it('go to nobody when none fits, and nobody loses one', () => {
    const turns = new Turns([1, 1], [0, 0.5]);
    expect(turns.take(() => false)).toBe(-1);
    expect([turns.take(), turns.take()]).toEqual([0, 1]);
    expect(new Turns([], []).take()).toBe(-1);
  });

  it('say how long an entry still waits, as a share of its period', () => {
    const turns = new Turns([1, 2], [0, 0.5]);
    expect(turns.take()).toBe(0);
    expect([turns.waits(0), turns.waits(1)]).toEqual([1, 0.5]);
  });
});
