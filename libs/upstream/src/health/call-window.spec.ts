import fc from 'fast-check';
import { CallWindow } from './call-window.ts';

describe('the sliding window of calls', () => {
  it('counts calls and failures and lets them go after its length', () => {
    const window = new CallWindow(1_000);
    window.add(true, 0);
    window.add(false, 500);
    expect(window).toMatchObject({ calls: 2, failures: 1 });
    window.add(false, 1_050);
    expect(window).toMatchObject({ calls: 2, failures: 0 });
    window.add(false, 60_000);
    expect(window).toMatchObject({ calls: 1, failures: 0 });
  });

  it('says what counting every call again would, to a tenth of its length', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 2_500 }), failed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const window = new CallWindow(1_000);
        const seen: { slot: number; failed: boolean }[] = [];
        let now = 0;
        for (const { wait, failed } of steps) {
          now += wait;
          window.add(failed, now);
          seen.push({ slot: Math.floor(now / 100), failed });
        }
        const inside = seen.filter(({ slot }) => slot > Math.floor(now / 100) - 10);
        expect(window.calls).toBe(inside.length);
        expect(window.failures).toBe(inside.filter(({ failed }) => failed).length);
      }),
    );
  });
});
