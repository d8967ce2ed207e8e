import { FakeClock } from '@portico/testing';
import { moreLikeIt, RateLimitedLog } from './rate-limited-log.ts';

describe('a log of lines that may come with every request', () => {
  let clock: FakeClock;
  let log: RateLimitedLog;
  let lines: string[];
  const add = (name: string, text: string): void => log.add(name, (more) => lines.push(text + moreLikeIt(more)));
  beforeEach(() => {
    clock = new FakeClock();
    log = new RateLimitedLog(clock);
    lines = [];
  });

  it('writes the first of a kind at once, and every ten seconds the newest with the number of the others', () => {
    for (let i = 0; i < 500; i++) add('a', `a${i}`);
    add('b', 'b');
    expect(lines).toEqual(['a0', 'b']);
    clock.advance(10_000);
    expect(lines.slice(2)).toEqual(['a499 (and 498 more since the last line)']);
    add('a', 'a500');
    clock.advance(10_000);
    expect(lines.slice(3)).toEqual(['a500']);
  });

  it('begins anew after ten seconds without any, and leaves nothing behind', () => {
    add('a', 'a0');
    clock.advance(10_000);
    add('a', 'a1');
    expect(lines).toEqual(['a0', 'a1']);
  });

  it('tells a thousand kinds apart and counts the others together', () => {
    for (let i = 0; i < 5_000; i++) add(`${i}`, `line ${i}`);
    expect(lines).toHaveLength(1_001);
    clock.advance(10_000);
    expect(lines.slice(1_001)).toEqual(['line 4999 (and 3998 more since the last line)']);
  });

  it('writes what it has counted at the end', () => {
    for (let i = 0; i < 3; i++) add('a', `a${i}`);
    log.flush();
    expect(lines).toEqual(['a0', 'a2 (and 1 more since the last line)']);
    clock.advance(10_000);
    expect(lines).toHaveLength(2);
  });
});
