import fc from 'fast-check';
import { outcomeWindow } from './outcome-window.ts';

interface Call {
  readonly failed: boolean;
  readonly slow: boolean;
  readonly at: number;
}

const step = fc.record({ wait: fc.integer({ min: 0, max: 2_500 }), failed: fc.boolean(), slow: fc.boolean() });
const steps = fc.array(step, { maxLength: 100 });

/** What a window must say of these calls. */
const counted = (calls: readonly Call[]) => ({
  calls: calls.length,
  failures: calls.filter(({ failed }) => failed).length,
  slow: calls.filter(({ slow }) => slow).length,
});

describe('the window of a circuit breaker', () => {
  it('counts the last calls as a list of all calls does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), steps, fc.nat(100), (size, script, clearedAt) => {
        const window = outcomeWindow({ calls: size });
        let seen: Call[] = [];
        script.forEach(({ failed, slow }, index) => {
          if (index === clearedAt) {
            window.clear();
            seen = [];
          }
          window.add(failed, slow, index);
          seen.push({ failed, slow, at: index });
          expect(window).toMatchObject(counted(seen.slice(-size)));
        });
      }),
    );
  });

  it('counts the calls of the last seconds as a list of all calls does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 20_000 }), steps, fc.nat(100), (milliseconds, script, clearedAt) => {
        const window = outcomeWindow({ milliseconds });
        let seen: Call[] = [];
        let now = 0;
        script.forEach(({ wait, failed, slow }, index) => {
          if (index === clearedAt) {
            window.clear();
            seen = [];
          }
          now += wait;
          window.add(failed, slow, now);
          seen.push({ failed, slow, at: now });
          const oldest = (Math.floor(now / 1_000) - Math.ceil(milliseconds / 1_000) + 1) * 1_000;
          expect(window).toMatchObject(counted(seen.filter(({ at }) => at >= oldest)));
        });
      }),
    );
  });
});
