import { FakeClock, testContext } from '@portico/testing';
import { scriptedSend } from '../../test/scripted-send.ts';
import { HEDGE } from '../policies/hedge.policy.ts';
import { countCalls } from './count-calls.stage.ts';
import { hedge } from './hedge.stage.ts';
import { RetryBudget } from './retry/retry-budget.ts';

describe('countCalls', () => {
  it('lets hedges have their share of the calls where there is no retry to count them', () => {
    const clock = new FakeClock();
    const { send, calls } = scriptedSend();
    const budget = new RetryBudget({ budget: 0.1, budgetFloor: 0 });
    const stage = countCalls(budget)(hedge(HEDGE.parse({}), budget, 'catalog')(send));
    const ctx = testContext({ clock });
    for (let i = 0; i < 50; i++) void stage({ method: 'GET', target: '/', headers: [] }, ctx).catch(() => undefined);
    clock.advance(1_000);
    expect(calls).toHaveLength(55);
  });
});
