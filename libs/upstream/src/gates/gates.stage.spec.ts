import { BffError } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { get, instance } from '../../test/instances.ts';
import { held, scriptedSend, turns } from '../../test/scripted-send.ts';
import type { Send } from '../send.ts';
import { resolveSettings } from '../settings.ts';
import { defineUpstream } from '../upstream.ts';
import { BreakerGate } from './breaker.gate.ts';
import { BulkheadGate } from './bulkhead.gate.ts';
import { Slots } from './bulkhead/slots.ts';
import type { Gate, Passage } from './gate.ts';
import { gates } from './gates.stage.ts';

/** Gates that write down what they hear, in front of an upstream that the test speaks for. */
function row(...names: string[]) {
  const heard: string[] = [];
  const said = ({ startedAt, endedAt, outcome }: Passage): string => `${outcome} ${startedAt}-${endedAt}`;
  const gateOf = (name: string, enter: Gate['enter'] = () => undefined): Gate => ({
    enter: (passage) => {
      heard.push(`${name} enter`);
      return enter(passage);
    },
    answered: (passage, { status }) => void heard.push(`${name} answered ${status} ${said(passage)}`),
    failed: (passage, error) => void heard.push(`${name} failed ${(error as BffError).code} ${said(passage)}`),
  });
  const clock = new FakeClock();
  const upstream = scriptedSend();
  const call = (all: readonly Gate[], ctx = testContext({ clock })) => gates(all)(upstream.send)(get(), ctx);
  return { heard, gateOf, clock, upstream, call, plain: names.map((name) => gateOf(name)) };
}

describe('a row of gates', () => {
  it('is entered from the first to the last, and hears of the answer in the opposite order', async () => {
    const { heard, clock, upstream, call, plain } = row('a', 'b');
    const answer = call(plain);
    clock.advance(30);
    await upstream.calls[0]!.answer({ status: 503 });
    expect((await answer).status).toBe(503);
    expect(heard).toEqual(['a enter', 'b enter', 'b answered 503 failure 0-30', 'a answered 503 failure 0-30']);
  });

  it('hears of a failure once, and passes it on', async () => {
    const { heard, clock, upstream, call, plain } = row('a', 'b');
    const answer = call(plain);
    clock.advance(30);
    await Promise.all([
      expect(answer).rejects.toMatchObject({ code: 'upstream-reset' }),
      upstream.calls[0]!.fail(new BffError('upstream-reset')),
    ]);
    const end = 'failed upstream-reset failure 0-30';
    expect(heard).toEqual(['a enter', 'b enter', `b ${end}`, `a ${end}`]);
  });

  it.each([
    [
      'at once',
      (error: BffError) => () => {
        throw error;
      },
    ],
    ['after a while', (error: BffError) => () => Promise.reject(error)],
  ])(
    'tells those that let an attempt in that a later one refused it %s; that one and what is behind it hear nothing',
    async (_, refuse) => {
      const { heard, gateOf, upstream, call, plain } = row('a');
      const refusal = new BffError('upstream-saturated');
      await expect(call([...plain, gateOf('b', refuse(refusal)), gateOf('c')])).rejects.toBe(refusal);
      expect(heard).toEqual(['a enter', 'b enter', 'a failed upstream-saturated neutral 0-0']);
      expect(upstream.calls).toHaveLength(0);
    },
  );

  it('begins to count the time when the last gate that held the attempt back let it go', async () => {
    const { heard, gateOf, clock, upstream, call, plain } = row('a');
    let open = (): void => undefined;
    const wait = new Promise<void>((resolve) => (open = resolve));
    const answer = call([...plain, gateOf('b', () => wait), gateOf('c')]);
    clock.advance(500);
    expect(heard).toEqual(['a enter', 'b enter']);
    open();
    await turns();
    clock.advance(20);
    await upstream.calls[0]!.answer();
    await answer;
    expect(heard.slice(2)).toEqual(['c enter', ...['c', 'b', 'a'].map((name) => `${name} answered 200 ok 500-520`)]);
  });
});

describe('a breaker before a bulkhead', () => {
  it('opens for an upstream that hangs, also when calls come out of the queue with little time left', async () => {
    const options = { breaker: { minimumCalls: 2 }, bulkhead: { calls: 1, queue: 5 } };
    const { breaker, bulkhead } = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});
    if (!breaker || !bulkhead) throw new Error('they are on');
    const clock = new FakeClock();
    const { send: next, calls } = scriptedSend();
    const toInstance: Send = (request, ctx) => {
      request.instance = instance('a');
      return next(request, ctx);
    };
    const send = gates([new BreakerGate(breaker, 'shop'), new BulkheadGate(new Slots(bulkhead, 'shop'))])(toInstance);
    const call = (timeout: number) => {
      const ctx = testContext({ clock });
      ctx.expireAfter(timeout);
      return send(get(), ctx).catch(({ code }: BffError) => code);
    };
    const answers = [call(900), call(1_200)];
    clock.advance(500);
    await calls[0]!.answer({ status: 500 });
    clock.advance(700);
    expect(await Promise.all(answers)).toEqual([{ status: 500, headers: [], body: held('{}') }, 'deadline-exceeded']);
    expect(await call(1_000)).toBe('upstream-circuit-open');
  });
});
