import { Readable } from 'node:stream';
import { BffError, type RequestContext } from '@portico/core';
import { eventually, FakeClock, hang, reply, startFakeUpstream, testContext } from '@portico/testing';
import fc from 'fast-check';
import { held, scriptedSend, type SentCall, turns } from '../../test/scripted-send.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import { defineUpstream } from '../upstream.ts';
import { coalesce } from './coalesce.stage.ts';

type Headers = Record<string, string>;

function setUp() {
  const clock = new FakeClock();
  const { send, calls } = scriptedSend();
  const stage = coalesce()(send);
  const start = (request: Partial<UpstreamRequest> = {}, client: Headers = {}, timeout = Infinity) => {
    const ctx = testContext({ clock, headers: client });
    if (timeout !== Infinity) ctx.expireAfter(timeout);
    const outcome: { answer?: UpstreamResponse; error?: unknown } = {};
    stage({ method: 'GET', target: '/products', headers: ['accept', '*/*'], ...request }, ctx).then(
      (answer) => (outcome.answer = answer),
      (error: unknown) => (outcome.error = error),
    );
    return { ctx, outcome };
  };
  return { clock, calls, stage, start };
}

describe('coalesce', () => {
  it('makes one call of identical ones, whose answer all get, each with headers of its own', async () => {
    const { calls, start } = setUp();
    const started = [start(), start(), start()];
    expect(calls).toHaveLength(1);
    const body = held('{"a":1}');
    await calls[0]!.answer({ status: 404, headers: ['etag', '"1"'], body });
    const answers = started.map(({ outcome }) => outcome.answer!);
    for (const answer of answers) expect(answer).toEqual({ status: 404, headers: ['etag', '"1"'], body });
    expect(new Set(answers.map(({ headers }) => headers)).size).toBe(3);
  });

  it('makes a call anew once the one before is answered, or failed', async () => {
    const { calls, start } = setUp();
    start();
    await calls[0]!.answer();
    const { outcome } = start();
    await calls[1]!.fail(new BffError('upstream-reset'));
    expect(outcome.error).toMatchObject({ code: 'upstream-reset' });
    start();
    expect(calls).toHaveLength(3);
  });

  it("takes no notice of traces, request ids and the clients' addresses", () => {
    const { calls, start } = setUp();
    start({ headers: ['accept', '*/*', 'traceparent', '00-1', 'tracestate', 'a=1', 'x-request-id', '1'] });
    start({ headers: ['accept', '*/*', 'traceparent', '00-2', 'x-request-id', '2'] });
    start({ headers: ['accept', '*/*', 'forwarded', 'for=192.0.2.1;host="a"', 'x-forwarded-for', '192.0.2.1'] });
    expect(calls).toHaveLength(1);
  });

  it.each<{ what: string; request?: Partial<UpstreamRequest>; client?: Headers }>([
    { what: 'another target', request: { target: '/products?page=2' } },
    { what: 'another header field', request: { headers: ['accept', 'text/html'] } },
    { what: 'another public host', request: { headers: ['accept', '*/*', 'x-forwarded-host', 'evil.test'] } },
    { what: 'another public protocol', request: { headers: ['accept', '*/*', 'x-forwarded-proto', 'http'] } },
    { what: 'another limit for its body', request: { holdUpTo: 1024 } },
    { what: 'another authorization', client: { authorization: 'Bearer other', cookie: 'sid=1' } },
    { what: 'another cookie', client: { authorization: 'Bearer one', cookie: 'sid=2' } },
    { what: 'no identity', client: {} },
    { what: 'another method', request: { method: 'HEAD' } },
  ])('never shares with $what', ({ request, client }) => {
    const { calls, start } = setUp();
    const one = { authorization: 'Bearer one', cookie: 'sid=1' };
    start({}, one);
    start(request, client ?? one);
    expect(calls).toHaveLength(2);
    start({}, one);
    expect(calls).toHaveLength(2);
  });

  it.each<{ what: string; request: Partial<UpstreamRequest> }>([
    { what: 'a HEAD', request: { method: 'HEAD' } },
    { what: 'a POST', request: { method: 'POST' } },
    { what: 'a GET with a body', request: { body: Buffer.from('{}') } },
    { what: 'a GET that may not be repeated', request: { idempotent: false } },
  ])('leaves $what alone', ({ request }) => {
    const { calls, start } = setUp();
    const { ctx } = start(request);
    start(request);
    expect(calls).toHaveLength(2);
    expect(calls[0]!.ctx).toBe(ctx);
  });

  it('shares failures', async () => {
    const { calls, start } = setUp();
    const started = [start(), start()];
    await calls[0]!.fail(new BffError('upstream-timeout'));
    for (const { outcome } of started) expect(outcome.error).toMatchObject({ code: 'upstream-timeout' });
  });

  describe('what is for one client', () => {
    const ANSWERS = [
      ['set-cookie', 'sid=1'],
      ['cache-control', 'private'],
      ['cache-control', 'max-age=1, no-store'],
    ];

    it.each(ANSWERS)(
      'goes to the first of those who have no identity; the others ask for themselves (%s: %s)',
      async (...headers) => {
        const { calls, start } = setUp();
        const [one, two, three] = [start(), start(), start()] as const;
        await calls[0]!.answer({ headers });
        expect(one.outcome.answer).toMatchObject({ headers });
        expect(two.outcome).toEqual({});
        expect(calls).toHaveLength(3);
        expect(calls[1]!.ctx).toBe(two.ctx);
        await calls[2]!.answer({ status: 201 });
        await calls[1]!.fail(new BffError('upstream-reset'));
        expect(two.outcome.error).toMatchObject({ code: 'upstream-reset' });
        expect(three.outcome.answer).toMatchObject({ status: 201 });
      },
    );

    it.each(ANSWERS)('goes to all requests of one identity (%s: %s)', async (...headers) => {
      const { calls, start } = setUp();
      const started = [start({}, { cookie: 'sid=1' }), start({}, { cookie: 'sid=1' })];
      await calls[0]!.answer({ headers });
      expect(calls).toHaveLength(1);
      for (const { outcome } of started) expect(outcome.answer).toMatchObject({ headers });
    });
  });

  describe('a stream', () => {
    it('goes to the first; the others ask for themselves', async () => {
      const { calls, start } = setUp();
      const [one, two] = [start({}, { cookie: 'a=1' }), start({}, { cookie: 'a=1' })] as const;
      const body = new Readable({ read: () => undefined });
      await calls[0]!.answer({ body });
      expect(one.outcome.answer!.body).toBe(body);
      expect(calls).toHaveLength(2);
      expect(calls[1]!.headers).toEqual(['accept', '*/*']);
      await calls[1]!.answer({ status: 201 });
      expect(two.outcome.answer).toMatchObject({ status: 201 });
    });

    it('case 94: is cut when its reader leaves, and lets go of them when it was read', async () => {
      const { calls, start } = setUp();
      const [one, two] = [start(), start({ target: '/other' })] as const;
      const [cut, read] = [new Readable({ read: () => undefined }), new Readable({ read: () => undefined })] as const;
      await calls[0]!.answer({ body: cut });
      await calls[1]!.answer({ body: read });
      read.destroy();
      await new Promise((resolve) => read.once('close', resolve));
      for (const { ctx } of [one, two]) ctx.abort(new BffError('client-aborted'));
      expect(calls[0]!.ctx.aborted).toMatchObject({ code: 'client-aborted' });
      expect(calls[1]!.ctx.aborted).toBeUndefined();
    });

    it('goes to the next when the first has left before', async () => {
      const { calls, start } = setUp();
      const [one, two] = [start(), start()] as const;
      one.ctx.abort(new BffError('client-aborted'));
      const body = new Readable({ read: () => undefined });
      await calls[0]!.answer({ body });
      expect(two.outcome.answer!.body).toBe(body);
      two.ctx.abort(new BffError('client-aborted'));
      expect(calls[0]!.ctx.aborted).toBeDefined();
    });
  });

  describe('case 94: when clients leave', () => {
    it('goes on without the one who asked first', async () => {
      const { calls, start } = setUp();
      const [one, two] = [start(), start()] as const;
      one.ctx.abort(new BffError('client-aborted'));
      await turns();
      expect(one.outcome.error).toMatchObject({ code: 'client-aborted' });
      expect(calls[0]!.ctx.aborted).toBeUndefined();
      const three = start();
      await calls[0]!.answer({ status: 200 });
      for (const { outcome } of [two, three]) expect(outcome.answer).toMatchObject({ status: 200 });
      expect(calls).toHaveLength(1);
    });

    it('gives the call up when the last has left, and never lets anyone join it then', async () => {
      const { calls, start } = setUp();
      const started = [start(), start()];
      for (const { ctx } of started) ctx.abort(new BffError('client-aborted'));
      await turns();
      expect(calls[0]!.ctx.aborted).toMatchObject({ code: 'client-aborted' });
      const { outcome } = start();
      expect(calls).toHaveLength(2);
      await calls[1]!.answer();
      expect(outcome.answer).toMatchObject({ status: 200 });
    });

    it('keeps to the deadline of each, and to the latest for the call', async () => {
      const { clock, calls, start } = setUp();
      const [one, two] = [start({}, {}, 100), start({}, {}, 300)] as const;
      expect(calls[0]!.ctx.deadline).toBe(300);
      clock.advance(100);
      await turns();
      expect(one.outcome.error).toMatchObject({ code: 'deadline-exceeded' });
      expect(two.outcome).toEqual({});
      clock.advance(200);
      await turns();
      expect(two.outcome.error).toMatchObject({ code: 'deadline-exceeded' });
      expect(calls[0]!.ctx.aborted).toMatchObject({ code: 'deadline-exceeded' });
      expect(clock.pending).toBe(0);
    });

    it('lets none join who has left already', async () => {
      const { calls, start, stage } = setUp();
      start();
      const ctx = testContext();
      ctx.abort(new BffError('client-aborted'));
      const request = { method: 'GET', target: '/products', headers: ['accept', '*/*'] };
      await expect(stage(request, ctx)).rejects.toMatchObject({ code: 'client-aborted' });
      expect(calls[1]!.ctx).toBe(ctx);
      expect(calls[0]!.ctx.aborted).toBeUndefined();
    });
  });

  describe('whatever happens in what order', () => {
    type Started = ReturnType<ReturnType<typeof setUp>['start']>;
    const whose = (ctx: RequestContext): string => `${ctx.headers.cookie ?? ''}`;
    const step = fc.record({
      client: fc.constantFrom('', 'a', 'b'),
      pick: fc.nat(20),
      act: fc.constantFrom('start', 'leave', 'answer', 'answer for one', 'stream', 'fail'),
    });

    /** Answers a call with who it was made for, and which one it is. */
    function settle(calls: readonly SentCall[], index: number, how: string): Promise<void> {
      const call = calls[index];
      if (!call) return Promise.resolve();
      const headers = ['x-whose', whose(call.ctx), 'x-call', `${index}`];
      if (how === 'fail') return call.fail(new BffError('upstream-reset'));
      if (how === 'stream') return call.answer({ headers, body: new Readable({ read: () => undefined }) });
      return call.answer({ headers: how === 'answer' ? headers : [...headers, 'set-cookie', 'x'] });
    }

    /** The number of the call, where its answer may go to one client only. */
    function callForOne({ ctx, outcome }: Started): string[] {
      if (!outcome.answer) return [];
      const { headers, body } = outcome.answer;
      const isForOne = !('chunks' in body) || (whose(ctx) === '' && headers.includes('set-cookie'));
      return isForOne ? [headers[3]!] : [];
    }

    it('nobody gets what another was answered, and nobody is left waiting', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { calls, start } = setUp();
          const started: Started[] = [];
          for (const { client, pick, act } of steps) {
            if (act === 'start') started.push(start({}, client === '' ? {} : { cookie: client }));
            else if (act === 'leave') started[pick]?.ctx.abort(new BffError('client-aborted'));
            else await settle(calls, pick, act);
          }
          for (let i = 0; i < calls.length; i++) await settle(calls, i, 'answer');
          await turns();
          for (const { ctx, outcome } of started) {
            expect(outcome.answer ?? outcome.error).toBeDefined();
            if (outcome.answer) expect(outcome.answer.headers[1]).toBe(whose(ctx));
          }
          const single = started.flatMap(callForOne);
          expect(new Set(single).size).toBe(single.length);
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe('coalesce on real connections', () => {
  it('case 94: asks once for many, goes on for who stays, and hangs up within a second of the last leaving', async () => {
    const upstream = await startFakeUpstream([reply({ json: { a: 1 }, delay: 200 }), hang()]);
    const upstreams = buildUpstreams([defineUpstream('shop', { url: upstream.url, coalesce: true })], {});
    upstreams.start();
    const ask = () => {
      const ctx = testContext();
      return { ctx, answer: upstreams.send('shop')({ method: 'GET', target: '/', headers: [] }, ctx) };
    };
    try {
      const [first, ...others] = Array.from({ length: 20 }, ask);
      first!.ctx.abort(new BffError('client-aborted'));
      await expect(first!.answer).rejects.toMatchObject({ code: 'client-aborted' });
      for (const { answer } of others)
        await expect(answer).resolves.toMatchObject({ status: 200, body: { length: 7 } });
      expect(upstream.requests).toHaveLength(1);

      const leaving = [ask(), ask()];
      await eventually(() => upstream.requests.length === 2);
      for (const { ctx } of leaving) ctx.abort(new BffError('client-aborted'));
      await eventually(() => upstream.requests[1]!.aborted, 4_000);
      for (const { answer } of leaving) await expect(answer).rejects.toMatchObject({ code: 'client-aborted' });
    } finally {
      await upstream.close();
      await upstreams.close();
    }
  });
});
