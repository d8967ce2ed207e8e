import { Readable } from 'node:stream';
import { BffError, type RequestContext } from '@portico/core';
import { eventually, FakeClock, hang, reply, startFakeUpstream, testContext } from '@portico/testing';
import { scriptedSend, turns } from '../../test/scripted-send.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import { events } from '../events.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { HEDGE, type HedgePolicy } from '../policies/hedge.policy.ts';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import { defineUpstream } from '../upstream.ts';
import { hedge } from './hedge.stage.ts';

const ONE = { description: { id: 'one' } } as UpstreamInstance;
const OTHER = { description: { id: 'other' } } as UpstreamInstance;

function setUp(options: Partial<HedgePolicy> = {}, budget = { take: () => true }) {
  const clock = new FakeClock();
  const { send, calls } = scriptedSend();
  const stage = hedge(HEDGE.parse(options), budget, 'catalog')(send);
  const ctx = testContext({ clock });
  const start = (request: Partial<UpstreamRequest> = {}, context: RequestContext = ctx) => {
    const call: UpstreamRequest = { method: 'GET', target: '/products', headers: ['accept', '*/*'], ...request };
    const outcome: { answer?: UpstreamResponse; error?: unknown } = {};
    const done = stage(call, context).then(
      (answer) => (outcome.answer = answer),
      (error: unknown) => (outcome.error = error),
    );
    return { call, outcome, done };
  };
  return { clock, calls, ctx, stage, start };
}

describe('hedge', () => {
  it('sends one attempt when the answer is in time, and leaves nothing behind', async () => {
    const { clock, calls, start } = setUp();
    const { outcome } = start();
    clock.advance(9);
    await calls[0]!.answer({ status: 200 });
    expect(outcome.answer).toMatchObject({ status: 200 });
    clock.advance(60_000);
    expect(calls).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('sends a copy to another instance when the answer is late; the copy wins and the first is cancelled', async () => {
    const { clock, calls, ctx, start } = setUp();
    const { call, outcome } = start();
    call.instance = ONE;
    clock.advance(10);
    expect(calls).toHaveLength(2);
    expect(calls[1]!.request.avoid).toEqual([ONE]);
    calls[1]!.request.instance = OTHER;
    await calls[1]!.answer({ status: 201 });
    expect(outcome.answer).toMatchObject({ status: 201 });
    expect(calls[0]!.ctx.aborted).toMatchObject({ code: 'client-aborted' });
    expect(ctx.aborted).toBeUndefined();
    expect(call.instance).toBe(OTHER);
    expect(clock.pending).toBe(0);
  });

  it('lets the first attempt win over its copy, and cancels that', async () => {
    const { clock, calls, start } = setUp();
    const { outcome } = start();
    clock.advance(10);
    await calls[0]!.answer({ status: 200 });
    expect(outcome.answer).toMatchObject({ status: 200 });
    expect(calls[1]!.ctx.aborted).toMatchObject({ code: 'client-aborted' });
  });

  it('gives the copy headers of its own, without what later stages added to the first', () => {
    const { clock, calls, start } = setUp();
    const { call } = start();
    clock.advance(10);
    expect(calls[1]!.headers).toEqual(['accept', '*/*']);
    expect(calls[1]!.request.headers).not.toBe(call.headers);
  });

  it('avoids what earlier attempts tried, too', () => {
    const { clock, calls, start } = setUp();
    const { call } = start({ avoid: [OTHER] });
    call.instance = ONE;
    clock.advance(10);
    expect(calls[1]!.request.avoid).toEqual([OTHER, ONE]);
    expect(call.avoid).toEqual([OTHER]);
  });

  describe.each([
    { name: 'the first', bad: 0, good: 1 },
    { name: 'the copy', bad: 1, good: 0 },
  ])('when $name goes wrong while the other runs', ({ bad, good }) => {
    it('waits for the other after a failure', async () => {
      const { clock, calls, start } = setUp();
      const { outcome } = start();
      clock.advance(10);
      await calls[bad]!.fail(new BffError('upstream-reset'));
      expect(outcome).toEqual({});
      await calls[good]!.answer({ status: 200 });
      expect(outcome.answer).toMatchObject({ status: 200 });
    });

    it('waits for the other after a 5xx, whose body is let go', async () => {
      const { clock, calls, start } = setUp();
      const { outcome } = start();
      const body = new Readable({ read: () => undefined });
      clock.advance(10);
      await calls[bad]!.answer({ status: 503, body });
      expect(outcome).toEqual({});
      await calls[good]!.answer({ status: 404 });
      expect(outcome.answer).toMatchObject({ status: 404 });
      expect(body.destroyed).toBe(true);
    });

    it('answers with the 5xx when the other fails', async () => {
      const { clock, calls, start } = setUp();
      const { outcome } = start();
      clock.advance(10);
      await calls[bad]!.answer({ status: 503 });
      await calls[good]!.fail(new BffError('upstream-timeout'));
      expect(outcome.answer).toMatchObject({ status: 503 });
    });
  });

  it('says why the first attempt failed when both do', async () => {
    const { clock, calls, start } = setUp();
    const { outcome } = start();
    clock.advance(10);
    await calls[1]!.fail(new BffError('upstream-saturated'));
    await calls[0]!.fail(new BffError('upstream-timeout'));
    expect(outcome.error).toMatchObject({ code: 'upstream-timeout' });
    expect(clock.pending).toBe(0);
  });

  it('leaves a failure before the copy to the stages outside', async () => {
    const { clock, calls, start } = setUp();
    const { outcome } = start();
    await calls[0]!.fail(new BffError('upstream-connect'));
    expect(outcome.error).toMatchObject({ code: 'upstream-connect' });
    clock.advance(60_000);
    expect(calls).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('case 94: cancels both attempts when the client leaves', async () => {
    const { clock, calls, ctx, start } = setUp();
    const { outcome } = start();
    clock.advance(10);
    ctx.abort(new BffError('client-aborted'));
    await turns();
    expect(calls.map((call) => call.ctx.aborted?.code)).toEqual(['client-aborted', 'client-aborted']);
    expect(outcome.error).toMatchObject({ code: 'client-aborted' });
    expect(clock.pending).toBe(0);
  });

  it('keeps a stream tied to the client until it was read, and then lets go', async () => {
    const { clock, calls, ctx, start } = setUp();
    const read = new Readable({ read: () => undefined });
    const { outcome } = start();
    await calls[0]!.answer({ body: read });
    const cut = jest.fn();
    calls[0]!.ctx.onAbort(cut);
    expect(outcome.answer!.body).toBe(read);
    ctx.abort(new BffError('client-aborted'));
    expect(cut).toHaveBeenCalledTimes(1);

    const other = testContext({ clock });
    const done = new Readable({ read: () => undefined });
    start({}, other);
    await calls[1]!.answer({ body: done });
    calls[1]!.ctx.onAbort(cut);
    done.destroy();
    await new Promise((resolve) => done.once('close', resolve));
    other.abort(new BffError('client-aborted'));
    expect(cut).toHaveBeenCalledTimes(1);
  });

  it('destroys the stream of an answer that came at the same moment as the better one', async () => {
    const { clock, calls, start } = setUp();
    const { outcome } = start();
    const late = new Readable({ read: () => undefined });
    clock.advance(10);
    void calls[0]!.answer({ status: 200 });
    await calls[1]!.answer({ status: 200, body: late });
    expect(outcome.answer!.body).not.toBe(late);
    expect(late.destroyed).toBe(true);
  });

  describe('which calls', () => {
    it.each([
      { what: 'a POST', request: { method: 'POST' }, copies: 0 },
      { what: 'a POST whose route allows it', request: { method: 'POST', idempotent: true }, copies: 1 },
      { what: 'a PUT with its body in memory', request: { method: 'PUT', body: Buffer.from('{}') }, copies: 1 },
      { what: 'a PUT with a stream', request: { method: 'PUT', body: Readable.from([]) }, copies: 0 },
      { what: 'a GET whose route forbids it', request: { idempotent: false }, copies: 0 },
    ])('sends $copies copies of $what', ({ request, copies }) => {
      const { clock, calls, start } = setUp();
      start(request);
      clock.advance(60_000);
      expect(calls).toHaveLength(1 + copies);
    });
  });

  describe('how long it waits', () => {
    it.each([
      { what: 'the percentile of what it has seen', latency: 100, options: {}, from: 100, to: 111 },
      { what: 'no less than minDelay', latency: 1, options: { minDelay: 30 }, from: 30, to: 31 },
      { what: 'no more than maxDelay', latency: 500, options: { maxDelay: 200 }, from: 200, to: 201 },
    ])('$what', async ({ latency, options, from, to }) => {
      const { clock, calls, start } = setUp({ ...options }, { take: () => false });
      for (let i = 0; i < 40; i++) {
        start();
        clock.advance(latency);
        await calls.at(-1)!.answer();
      }
      const asked: number[] = [];
      const listener = () => void asked.push(clock.now());
      events.attempt.subscribe(listener);
      const startedAt = clock.now();
      start();
      clock.advance(1_000);
      events.attempt.unsubscribe(listener);
      expect(asked).toHaveLength(1);
      expect(asked[0]! - startedAt).toBeGreaterThanOrEqual(from);
      expect(asked[0]! - startedAt).toBeLessThan(to);
    });

    it('minDelay as long as it has seen too little', () => {
      const { clock, calls, start } = setUp({ minDelay: 25, maxDelay: 100 });
      start();
      clock.advance(24);
      expect(calls).toHaveLength(1);
      clock.advance(1);
      expect(calls).toHaveLength(2);
    });
  });

  it('asks the budget, does without a copy when there is none, and says so', async () => {
    const heard: unknown[] = [];
    const listener = (event: unknown) => void heard.push(event);
    events.attempt.subscribe(listener);
    const left = [true, false];
    const { clock, calls, start } = setUp({}, { take: () => left.shift()! });
    start();
    clock.advance(10);
    expect(calls).toHaveLength(2);
    const { outcome } = start();
    clock.advance(10);
    expect(calls).toHaveLength(3);
    await calls[2]!.answer({ status: 200 });
    events.attempt.unsubscribe(listener);
    expect(outcome.answer).toMatchObject({ status: 200 });
    expect(heard).toEqual([
      { upstream: 'catalog', kind: 'hedge', allowed: true, after: 'slow' },
      { upstream: 'catalog', kind: 'hedge', allowed: false, after: 'slow' },
    ]);
  });
});

describe('hedge on real connections', () => {
  it('case 94: answers by the other instance where one hangs, and cuts the call that lost', async () => {
    const [slow, quick] = await Promise.all([startFakeUpstream(hang()), startFakeUpstream(reply({ json: {} }))]);
    const options = {
      hedge: { minDelay: 20 },
      retry: { budget: 1 },
      ejection: false,
      balance: { by: 'roundRobin' },
    } as const;
    const shop = defineUpstream('shop', { url: `${slow.url},${quick.url}`, ...options });
    const upstreams = buildUpstreams([shop], {});
    upstreams.start();
    try {
      const send = upstreams.send('shop');
      for (let i = 0; i < 20; i++) {
        const ctx = testContext();
        ctx.expireAfter(10_000);
        await expect(send({ method: 'GET', target: '/', headers: [] }, ctx)).resolves.toMatchObject({ status: 200 });
        ctx.finish();
      }
      expect(slow.requests.length).toBeGreaterThan(0);
      await eventually(() => slow.requests.every(({ aborted }) => aborted));
    } finally {
      await Promise.all([slow.close(), quick.close()]);
      await upstreams.close();
    }
  });
});
