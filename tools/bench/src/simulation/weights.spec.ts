import type { BalancePolicy } from '@portico/upstream';
import { LOAD } from './scenarios.ts';
import { simulate } from './simulate.ts';

const WEIGHTS = [
  [10, 90],
  [45, 45, 10],
  [1, 1],
  // An instance that has just joined, in slow start.
  [0.1, 1],
  [1, 2, 3, 4],
  [...Array<number>(9).fill(1), 91],
  Array.from({ length: 100 }, (_, index) => index + 1),
];

const CALLS = 12_000;

/** The largest difference between an instance's share of the calls and its share of the weight, in points. */
function worstOf(by: BalancePolicy['by'], weights: readonly number[], rate: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { shares } = simulate(by, { name: 'weights', slowness: 1, weights, rate, calls: CALLS + LOAD.warmUp });
  return Math.max(...shares.map((share, index) => 100 * Math.abs(share - weights[index]! / total)));
}

describe.each(['p2c', 'roundRobin', 'leastRequest', 'random'] as const)('shares of calls under %s', (by) => {
  it.each([
    ['one call now and then', 5],
    ['a call or two under way', 150],
    ['some calls under way', 2_000],
    ['many calls under way', 20_000],
  ])('follow the weights within two points: %s', (_, rate) => {
    for (const weights of WEIGHTS) expect(worstOf(by, weights, rate)).toBeLessThan(2);
  });
});
