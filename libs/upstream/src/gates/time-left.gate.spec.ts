import { FakeClock, testContext } from '@portico/testing';
import { get } from '../../test/instances.ts';
import { scriptedSend } from '../../test/scripted-send.ts';
import { BULKHEAD } from '../policies/bulkhead.policy.ts';
import { BulkheadGate } from './bulkhead.gate.ts';
import { Slots } from './bulkhead/slots.ts';
import { gates } from './gates.stage.ts';
import { TimeLeftGate } from './time-left.gate.ts';

describe('timeLeft', () => {
  const answer = { status: 200, headers: [], body: { chunks: [], length: 0 } };

  async function headersSent(clock: FakeClock, ctx = testContext({ clock }), header = 'x-timeout-ms') {
    const headers = ['accept', '*/*'];
    const stage = gates([new TimeLeftGate(header)])(() => Promise.resolve(answer));
    await expect(stage({ method: 'GET', target: '/', headers }, ctx)).resolves.toBe(answer);
    return headers;
  }

  it.each([
    { timeout: 1500, passed: 0, expected: '1500' },
    { timeout: 1500, passed: 400, expected: '1100' },
    { timeout: 1500, passed: 0.6, expected: '1499' },
    { timeout: 1500, passed: 1499.5, expected: '1' },
  ])('case 91: says that $expected ms are left of $timeout after $passed', async ({ timeout, passed, expected }) => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.expireAfter(timeout);
    clock.advance(passed);
    expect(await headersSent(clock, ctx)).toEqual(['accept', '*/*', 'x-timeout-ms', expected]);
  });

  it('says 1 when the deadline has passed but its timer has not rung yet', async () => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.deadline = -5;
    expect(await headersSent(clock, ctx)).toEqual(['accept', '*/*', 'x-timeout-ms', '1']);
  });

  it('says what is left once a gate before it has let the attempt go', async () => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.expireAfter(1_500);
    const wait = new BulkheadGate(new Slots(BULKHEAD.parse({ calls: 1 }), 'shop'));
    const { send: next, calls } = scriptedSend();
    const send = gates([wait, new TimeLeftGate('x-timeout-ms')])(next);
    const answers = [send(get(), ctx), send(get(), ctx)];
    clock.advance(400);
    await calls[0]!.answer();
    await calls[1]!.answer();
    await Promise.all(answers);
    expect(calls.map(({ headers }) => headers)).toEqual([
      ['x-timeout-ms', '1500'],
      ['x-timeout-ms', '1100'],
    ]);
  });

  it('says nothing without a deadline', async () => {
    expect(await headersSent(new FakeClock())).toEqual(['accept', '*/*']);
  });

  it('uses the header it is given', async () => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.expireAfter(20);
    expect(await headersSent(clock, ctx, 'x-time-left')).toEqual(['accept', '*/*', 'x-time-left', '20']);
  });
});
