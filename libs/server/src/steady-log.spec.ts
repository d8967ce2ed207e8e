import { FakeClock } from '@portico/testing';
import { SteadyLog } from './steady-log.ts';

describe('the log of what goes to and fro', () => {
  let clock: FakeClock;
  let log: SteadyLog;
  const lines: string[] = [];
  beforeEach(() => {
    clock = new FakeClock();
    log = new SteadyLog(clock);
    lines.length = 0;
  });
  afterEach(() => log.close());

  const note = (state: string, subject = 'a'): void => {
    log.note(subject, state, () => void lines.push(`${clock.now() / 1_000} ${subject} ${state}`));
  };
  const flap = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 5) {
      note(second % 10 === 0 ? 'out' : 'in');
      clock.advance(5_000);
    }
  };

  it('writes a change and its end at once', () => {
    note('out');
    clock.advance(1_000);
    note('in');
    expect(lines).toEqual(['0 a out', '1 a in']);
  });

  it('writes what goes on for an hour in a few lines, for each subject apart', () => {
    note('out', 'b');
    flap(3_600);
    expect(lines.length).toBeLessThan(10);
    expect(lines).toContain('0 b out');
  });

  it('writes what it came to in the end, however late', () => {
    flap(100);
    note('out');
    note('out');
    clock.advance(10 * 60_000);
    expect(lines.at(-1)).toMatch(/ a out$/);
    expect(clock.pending).toBe(0);
  });

  it('repeats no state that is written already', () => {
    for (let times = 0; times < 5; times++) {
      note('out');
      clock.advance(10_000);
    }
    clock.advance(10 * 60_000);
    expect(lines).toEqual(['0 a out']);
  });

  it('follows a subject anew once it was quiet for long enough, and keeps nothing of it', () => {
    flap(100);
    clock.advance(10 * 60_000);
    expect(clock.pending).toBe(0);
    lines.length = 0;
    note('out');
    note('in');
    expect(lines).toHaveLength(2);
  });

  it('writes nothing after its end', () => {
    flap(100);
    const { length } = lines;
    note('in');
    log.close();
    clock.advance(60 * 60_000);
    expect(lines).toHaveLength(length);
    expect(clock.pending).toBe(0);
  });
});
