import fc from 'fast-check';
import { RollingCount } from './rolling-count.ts';

describe('RollingCount', () => {
  it('forgets what is older than its seconds', () => {
    const count = new RollingCount(10);
    count.add(0);
    count.add(500);
    count.add(9_999);
    expect(count.total(9_999)).toBe(3);
    expect(count.total(10_000)).toBe(1);
    expect(count.total(19_000)).toBe(0);
  });

  it('counts what a naive list of all moments gives', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 4_000 }), adds: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 80 }), (seconds, steps) => {
        const count = new RollingCount(seconds);
        const moments: number[] = [];
        let now = 0;
        for (const { wait, adds } of steps) {
          now += wait;
          if (adds) {
            count.add(now);
            moments.push(now);
          }
          const oldest = (Math.floor(now / 1_000) - seconds + 1) * 1_000;
          expect(count.total(now)).toBe(moments.filter((moment) => moment >= oldest).length);
        }
      }),
    );
  });

  it('survives a clock that was read out of order', () => {
    const count = new RollingCount(2);
    count.add(5_000);
    count.add(3_000);
    expect(count.total(5_000)).toBe(2);
    expect(count.total(7_000)).toBe(0);
  });
});
