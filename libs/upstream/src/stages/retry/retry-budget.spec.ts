import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

const SECONDS = 10;

function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken++;
  return taken;
}

describe('RetryBudget', () => {
  it('allows the floor however few calls there were, and again when they are 10 s old', () => {
    const budget = new RetryBudget({ budget: 0.1, budgetFloor: 3 });
    expect(takeAll(budget, 0)).toBe(3);
    expect(takeAll(budget, 9_999)).toBe(0);
    expect(takeAll(budget, 10_000)).toBe(3);
  });

  it('allows its share of the calls where that is more than the floor', () => {
    const budget = new RetryBudget({ budget: 0.1, budgetFloor: 3 });
    for (let i = 0; i < 75; i++) budget.countCall(i * 10);
    expect(takeAll(budget, 1_000)).toBe(7);
    expect(takeAll(budget, 11_000)).toBe(3);
  });

  it('allows its share to the last one', () => {
    const budget = new RetryBudget({ budget: 0.55, budgetFloor: 0 });
    for (let i = 0; i < 20; i++) budget.countCall(0);
    expect(takeAll(budget, 0)).toBe(11);
  });

  it('allows nothing when it is 0 and has no floor', () => {
    const budget = new RetryBudget({ budget: 0, budgetFloor: 0 });
    for (let i = 0; i < 1_000; i++) budget.countCall(0);
    expect(budget.take(0)).toBe(false);
  });

  it('case 91: 60 calls that all fail cost at most 66', () => {
    const budget = new RetryBudget({ budget: 0.1, budgetFloor: 3 });
    let sent = 0;
    for (let call = 0; call < 60; call++) {
      budget.countCall(call * 50);
      sent++;
      if (budget.take(call * 50)) sent++;
    }
    expect(sent).toBe(66);
  });

  it('never exceeds its share in any 10 s, counted anew from all moments', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 3_000 }), isCall: fc.boolean() });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.nat(5), fc.array(step, { maxLength: 100 }), (budget, budgetFloor, steps) => {
        const unit = new RetryBudget({ budget, budgetFloor });
        const calls: number[] = [];
        const taken: number[] = [];
        let now = 0;
        const recent = (moments: number[]) =>
          moments.filter((at) => Math.floor(at / 1_000) > Math.floor(now / 1_000) - SECONDS).length;
        for (const { wait, isCall } of steps) {
          now += wait;
          if (isCall) {
            unit.countCall(now);
            calls.push(now);
            continue;
          }
          const next = recent(taken) + 1;
          const isLeft = next <= budgetFloor || next / recent(calls) <= budget;
          expect(unit.take(now)).toBe(isLeft);
          if (isLeft) taken.push(now);
        }
      }),
    );
  });
});
