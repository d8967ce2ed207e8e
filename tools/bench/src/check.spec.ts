import { formatValue, holdFloors } from './check.ts';
import { differenceOf } from './difference.ts';
import { floors, rowsOf } from './floors.ts';
import type { Round } from './measure.ts';
import { rows } from './rows.ts';
import { median, summarise } from './summary.ts';

const round = (key: string, cpu: number, utilisation = 1): Round => ({
  key,
  round: 1,
  at: 0,
  requests: 1_000,
  seconds: 4,
  cpu,
  turns: [cpu],
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
    const difference = { title: 'b is dearer', of: 'b', minus: 'a', atMost: 8 } as const;
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
  /** A measurement of both rows side by side, by what their turns cost. */
  const sideBySide = (at: number, a: readonly number[] | null, b: readonly number[] | null, utilisation = 1) => [
    { ...round('a', 50), at, turns: a },
    { ...round('b', 50, utilisation), at, turns: b },
  ];

  it('compares each turn with the one beside it, whatever the machine did from one turn to the next', () => {
    const rounds = sideBySide(1, [10, 20, 15], [15, 26, 22]);
    expect(differenceOf(rounds, 'b', 'a')).toEqual({ value: 6, doubtful: false });
  });

  it('takes the median over the quieter half of the turns of all rounds, whichever of the two is the dearer', () => {
    const rounds = [...sideBySide(1, [10, 11, 12], [11, 13, 16]), ...sideBySide(2, [90, 90, 50], [93, 99, 20])];
    expect(differenceOf(rounds, 'b', 'a')).toEqual({ value: 2, doubtful: false });
    expect(differenceOf(rounds, 'a', 'b')).toEqual({ value: -2, doubtful: false });
  });

  it('leaves out pairs of which one was disturbed; when all were, it says so', () => {
    const disturbed = sideBySide(1, [10], [90], 0.5);
    expect(differenceOf([...disturbed, ...sideBySide(2, [10], [11])], 'b', 'a')).toEqual({ value: 1, doubtful: false });
    expect(differenceOf(disturbed, 'b', 'a')).toEqual({ value: 80, doubtful: true });
    const [verdict] = holdFloors([{ title: 'b is dearer', of: 'b', minus: 'a', atMost: 8 }], disturbed);
    expect(formatValue(verdict!)).toBe('80.0 µs*');
  });

  it('knows nothing of rows that were never side by side, or have no process', () => {
    const [a] = sideBySide(1, [10], [11]);
    const [, b] = sideBySide(2, [10], [11]);
    expect(differenceOf([a!, b!], 'b', 'a')).toBeUndefined();
    expect(differenceOf(sideBySide(1, null, [11]), 'b', 'a')).toBeUndefined();
  });
});

describe('the floors', () => {
  it('speak of rows that exist', () => {
    const keys = rows.map(({ key }) => key);
    for (const floor of floors) expect(keys).toEqual(expect.arrayContaining(rowsOf(floor)));
  });

  it('each name a limit', () => {
    for (const { atLeast, atMost } of floors) expect(atLeast ?? atMost).toBeGreaterThan(0);
  });
});
