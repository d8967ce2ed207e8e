import { EventQueue } from './event-queue.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulate.ts';

const [alike, slower, slow, crawling] = SCENARIOS as [never, never, never, never];

describe('the simulation', () => {
  it('lets events happen in the order of their times, and of their planning at the same time', () => {
    const events = new EventQueue();
    const happened: string[] = [];
    const note = (name: string) => () => void happened.push(`${name} ${events.now}`);
    for (const delay of [5, 1, 4, 1, 3, 9, 2]) events.after(delay, note(`after ${delay}`));
    events.after(2, () => events.after(2, note('planned meanwhile')));
    events.run();
    expect(happened.map((entry) => Number(entry.split(' ').at(-1)))).toEqual([1, 1, 2, 3, 4, 4, 5, 9]);
    expect(happened.slice(4, 6)).toEqual(['after 4 4', 'planned meanwhile 4']);
  });

  it('gives the same numbers every time', () => {
    expect(simulate('p2c', slow)).toEqual(simulate('p2c', slow));
  });
});

describe('p2c with one slow instance in ten', () => {
  it.each([
    ['3 times as slow', slower, 1.3],
    ['10 times as slow', slow, 4],
    ['100 times as slow', crawling, 20],
  ])('beats round robin on p99: %s', (_, scenario, factor) => {
    expect(simulate('roundRobin', scenario).p99).toBeGreaterThan(factor * simulate('p2c', scenario).p99);
  });

  it('keeps p99 within twice that of ten healthy ones, even if one is 100 times as slow', () => {
    expect(simulate('p2c', crawling).p99).toBeLessThan(2 * simulate('p2c', alike).p99);
  });

  it('costs nothing when all are alike', () => {
    expect(simulate('p2c', alike).p99).toBeLessThan(1.1 * simulate('roundRobin', alike).p99);
  });
});
