import { formatValue, holdFloors } from './check.ts';
import { differenceOf } from './difference.ts';
import { floors } from './floors.ts';
import type { Round } from './measure.ts';
import { rows } from './rows.ts';
import { median, summarise } from './summary.ts';

const round = (key: string, cpu: number, utilisation = 1, at = 0): Round => ({
  key,
  round: 1,
  at,
  requests: 1_000,
  seconds: 4,
  cpu,
  turns: [cpu - 1, cpu, cpu + 5],
  utilisation,
  p50: 1,
  p99: 2,
  memory: 100 * 1_048_576,
});

const ratio = { title: 'b costs at least twice a', measure: 'cpu', of: 'b', dividedBy: 'a', atLeast: 2 } as const;
const memory = { title: 'memory of a', measure: 'memory', of: 'a', atMost: 99 * 1_048_576 } as const;

describe('summarise', () => {
  it('takes the median of the rounds', () => {
    expect(summarise([round('a', 10), round('a', 90), round('a', 20)])).toMatchObject([
      { key: 'a', cpu: 20, rounds: 3 },
    ]);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('leaves out rounds in which others had the core', () => {
    const [summary] = summarise([round('a', 10), round('a', 30, 0.5), round('a', 12)]);
    expect(summary).toMatchObject({ cpu: 11, disturbed: 1, doubtful: false });
  });

  it('keeps all rounds, and says so, when each was disturbed', () => {
    const [summary] = summarise([round('a', 10, 0.5), round('a', 30, 0.5)]);
    expect(summary).toMatchObject({ cpu: 20, disturbed: 2, doubtful: true });
  });
});

describe('holdFloors', () => {
  it('meets a ratio at its limit and misses it below', () => {
    expect(holdFloors([ratio], [round('a', 10), round('b', 20)])[0]).toMatchObject({ value: 2, met: true });
    expect(holdFloors([ratio], [round('a', 10), round('b', 19)])[0]).toMatchObject({ met: false });
  });

  it('holds a difference', () => {
    const difference = { title: 'b is dearer', measure: 'cpu', of: 'b', minus: 'a', atMost: 8 } as const;
    const verdicts = (b: number) => holdFloors([difference], [round('a', 10), round('b', b)]);
    expect(verdicts(18)[0]).toMatchObject({ value: 8, met: true });
    expect(verdicts(19)[0]).toMatchObject({ met: false });
    expect(formatValue(verdicts(19)[0]!)).toBe('9.0 µs');
  });

  it('holds an upper limit', () => {
    const [verdict] = holdFloors([memory], [round('a', 10)]);
    expect(verdict).toMatchObject({ met: false });
    expect(formatValue(verdict!)).toBe('100 MiB');
  });

  it('misses a floor whose rows were not measured', () => {
    const [verdict] = holdFloors([ratio], [round('a', 10)]);
    expect(verdict).toMatchObject({ met: false, value: undefined });
    expect(formatValue(verdict!)).toBe('not measured');
  });
});

describe('differenceOf', () => {
  it('compares what was measured side by side, whatever the machine did from one time to the next', () => {
    const slow = [round('a', 100, 1, 1), round('b', 105, 1, 1)];
    const quick = [round('a', 50, 1, 2), round('b', 55, 1, 2), round('a', 50, 1, 3), round('b', 56, 1, 3)];
    expect(differenceOf([...slow, ...quick], 'b', 'a')).toBe(5);
  });

  it('leaves out pairs of which one was disturbed, unless all were', () => {
    const disturbed = [round('a', 10, 0.5, 1), round('b', 90, 1, 1)];
    expect(differenceOf([...disturbed, round('a', 10, 1, 2), round('b', 11, 1, 2)], 'b', 'a')).toBe(1);
    expect(differenceOf(disturbed, 'b', 'a')).toBe(80);
  });

  it('knows nothing of rows that were never side by side', () => {
    expect(differenceOf([round('a', 10, 1, 1), round('b', 11, 1, 2)], 'b', 'a')).toBeUndefined();
  });
});

describe('the floors', () => {
  it('speak of rows that exist', () => {
    const keys = rows.map(({ key }) => key);
    for (const { of, dividedBy = of, minus = of } of floors) {
      expect(keys).toEqual(expect.arrayContaining([of, dividedBy, minus]));
    }
  });

  it('each name a limit', () => {
    for (const { atLeast, atMost } of floors) expect(atLeast ?? atMost).toBeGreaterThan(0);
  });
});
