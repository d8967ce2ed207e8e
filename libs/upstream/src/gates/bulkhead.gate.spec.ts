import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, type RequestContext } from '@portico/core';
import {
  eventually,
  FakeClock,
  type FakeUpstream,
  hang,
  reply,
  type Script,
  startFakeUpstream,
  testContext,
} from '@portico/testing';
import fc from 'fast-check';
import { transportTo } from '../../test/transport-to.ts';
import { type CallRefusedEvent, events } from '../events.ts';
import { BULKHEAD, type BulkheadPolicy } from '../policies/bulkhead.policy.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from '../send.ts';
import { BulkheadGate } from './bulkhead.gate.ts';
import { Slots } from './bulkhead/slots.ts';
import { gates } from './gates.stage.ts';

const get = (target = '/'): UpstreamRequest => ({ method: 'GET', target, headers: [] });
const held = (status = 200): UpstreamResponse => ({ status, headers: [], body: { chunks: [], length: 0 } });

const outcomeOf = (sent: Promise<UpstreamResponse>): Promise<number | string> =>
  sent.then(
    ({ status }) => status,
    (error: BffError) => error.code,
  );

/** Lets everything happen that waits for nothing. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** The two ends of a promise. */
interface Settlers {
  resolve(response: UpstreamResponse): void;
  reject(error: BffError): void;
}

/** What follows, whose calls end when a test says so, by their target. */
class Manual {
  readonly sent: string[] = [];
  private readonly settlers = new Map<string, Settlers>();

  readonly send: Send = ({ target }) =>
    new Promise((resolve, reject) => {
      this.sent.push(target);
      this.settlers.set(target, { resolve, reject });
    });

  async answer(target: string, response = held()): Promise<void> {
    this.settlers.get(target)!.resolve(response);
    await settle();
  }

  async fail(target: string): Promise<void> {
    this.settlers.get(target)!.reject(new BffError('upstream-reset'));
    await settle();
  }
}

/** The gate with two slots and a queue of two, and a clock that all calls share. */
function small(policy: Partial<BulkheadPolicy> = {}) {
  const manual = new Manual();
  const clock = new FakeClock();
  const send = gates([
    new BulkheadGate(new Slots(BULKHEAD.parse({ calls: 2, queue: 2, queueTimeout: 1_000, ...policy }), 'shop')),
  ])(manual.send);
  const call = (target: string, ctx = testContext({ clock })) => outcomeOf(send(get(target), ctx));
  return { manual, clock, send, call };
}

describe('bulkhead: its slots', () => {
  it('case 93: lets so many calls be under way, and the others in the order in which they came', async () => {
    const { manual, call } = small();
    const outcomes = ['a', 'b', 'c', 'd'].map((target) => call(target));
    expect(manual.sent).toEqual(['a', 'b']);
    await manual.answer('b');
    expect(manual.sent).toEqual(['a', 'b', 'c']);
    const late = call('e');
    await manual.answer('a');
    expect(manual.sent).toEqual(['a', 'b', 'c', 'd']);
    for (const target of ['c', 'd', 'e']) await manual.answer(target);
    expect(await Promise.all([...outcomes, late])).toEqual([200, 200, 200, 200, 200]);
  });

  it('case 93: gives a slot back when a call fails', async () => {
    const { manual, call } = small({ calls: 1 });
    const outcomes = [call('a'), call('b')];
    await manual.fail('a');
    await manual.fail('b');
    expect(await Promise.all(outcomes)).toEqual(['upstream-reset', 'upstream-reset']);
    void call('c');
    expect(manual.sent).toEqual(['a', 'b', 'c']);
  });

  it.each(['read to its end', 'destroyed', 'broken'])('case 93: keeps a slot until a stream is %s', async (end) => {
    const { manual, call } = small({ calls: 1 });
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    const first = call('a');
    void call('b');
    await manual.answer('a', { status: 200, headers: [], body });
    expect(await first).toBe(200);
    body.push('half');
    await settle();
    expect(manual.sent).toEqual(['a']);
    if (end === 'read to its end') body.resume().push(null);
    else body.destroy(end === 'broken' ? new BffError('upstream-reset') : undefined);
    await settle();
    expect(manual.sent).toEqual(['a', 'b']);
  });

  it('lets nobody wait as long as a slot is free, and sets no timer for it', () => {
    const { clock, manual, call } = small();
    void call('a');
    void call('b');
    expect(manual.sent).toEqual(['a', 'b']);
    expect(clock.pending).toBe(0);
  });
});

describe('bulkhead: its queue', () => {
  it('case 93: is bounded; what is beyond is refused at once, with the seconds after which to come again', async () => {
    const told: unknown[] = [];
    const listener = (message: unknown) => void told.push(message);
    events.refused.subscribe(listener);
    const { manual, clock, call, send } = small({ queueTimeout: 1_500 });
    for (const target of ['a', 'b', 'c', 'd']) void call(target);
    const refused = send(get('e'), testContext({ clock }));
    await expect(refused).rejects.toMatchObject({
      code: 'upstream-saturated',
      upstream: 'shop',
      headers: { 'retry-after': '2' },
    });
    events.refused.unsubscribe(listener);
    expect(told).toEqual<CallRefusedEvent[]>([{ upstream: 'shop', by: 'bulkhead' }]);
    expect(manual.sent).toEqual(['a', 'b']);
  });

  it('case 93: may be none', async () => {
    const { call } = small({ queue: 0 });
    void call('a');
    void call('b');
    expect(await call('c')).toBe('upstream-saturated');
  });

  it('case 93: holds nobody longer than its time', async () => {
    const { manual, clock, call } = small();
    void call('a');
    void call('b');
    const early = call('c');
    clock.advance(400);
    const late = call('d');
    clock.advance(600);
    expect(await early).toBe('upstream-saturated');
    await manual.answer('a');
    expect(manual.sent).toEqual(['a', 'b', 'd']);
    await manual.answer('d');
    expect(await late).toBe(200);
    expect(clock.pending).toBe(0);
  });

  it.each<BffErrorCode>(['client-aborted', 'deadline-exceeded'])(
    'is left at once by a request that is given up (%s), and its place is free',
    async (code) => {
      const { manual, clock, call } = small();
      const ctx = testContext({ clock });
      void call('a');
      void call('b');
      const given = call('c', ctx);
      void call('d');
      ctx.abort(new BffError(code));
      expect(await given).toBe(code);
      const next = call('e');
      await manual.answer('a');
      await manual.answer('b');
      expect(manual.sent).toEqual(['a', 'b', 'd', 'e']);
      await manual.answer('e');
      expect(await next).toBe(200);
      expect(clock.pending).toBe(0);
    },
  );

  it('takes nobody whose request was given up already', async () => {
    const { clock, call } = small();
    const ctx = testContext({ clock });
    ctx.abort(new BffError('client-aborted'));
    void call('a');
    void call('b');
    expect(await call('c', ctx)).toBe('client-aborted');
    expect(clock.pending).toBe(0);
  });

  it('loses no slot and exceeds no bound, whatever happens in whatever order', async () => {
    const step = fc.record({ kind: fc.constantFrom('call', 'answer', 'fail', 'abort', 'wait'), which: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { manual, clock, call } = small();
        const contexts: RequestContext[] = [];
        const ended = new Set<string>();
        const underWay = () => manual.sent.filter((target) => !ended.has(target));
        const end = async (target: string | undefined, how: 'answer' | 'fail') => {
          if (target === undefined) return;
          ended.add(target);
          await manual[how](target);
        };
        for (const { kind, which } of steps) {
          if (kind === 'call') {
            const ctx = testContext({ clock });
            void call(String(contexts.push(ctx)), ctx);
          } else if (kind === 'abort') contexts[which % contexts.length]?.abort(new BffError('client-aborted'));
          else if (kind === 'wait') clock.advance(500);
          else await end(underWay()[which % underWay().length], kind === 'fail' ? 'fail' : 'answer');
          await settle();
          expect(underWay().length).toBeLessThanOrEqual(2);
          expect(clock.pending).toBeLessThanOrEqual(2);
        }
        while (underWay().length > 0) await end(underWay()[0], 'answer');
        expect(clock.pending).toBe(0);
        void call('x');
        void call('y');
        expect(underWay()).toEqual(['x', 'y']);
      }),
      { numRuns: 50 },
    );
  });
});

describe('bulkhead: over real sockets', () => {
  const open: Array<{ close(): Promise<void> }> = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function pipeline(script: Script, policy: Partial<BulkheadPolicy>): Promise<[Send, FakeUpstream]> {
    const upstream = await startFakeUpstream(script, { early: true });
    const transport = transportTo(upstream.url, { connections: 100 });
    // Connections first: a pool closes once its calls have ended.
    open.push(upstream, transport);
    return [gates([new BulkheadGate(new Slots(BULKHEAD.parse(policy), 'shop'))])(transport.send), upstream];
  }

  it('case 93: one hung upstream never starves others', async () => {
    const [hung, hungUpstream] = await pipeline(hang(), { calls: 20, queue: 30, queueTimeout: 60_000 });
    const [healthy] = await pipeline(reply(), {});
    const contexts = Array.from({ length: 300 }, () => testContext());
    const waiting = contexts.map((ctx) => outcomeOf(hung(get(), ctx)));
    await eventually(() => hungUpstream.requests.length === 20);
    for (let i = 0; i < 50; i++) expect((await healthy(get(), testContext())).status).toBe(200);
    expect(hungUpstream.requests).toHaveLength(20);
    for (const ctx of contexts) ctx.abort(new BffError('client-aborted'));
    const outcomes = await Promise.all(waiting);
    expect(outcomes.filter((outcome) => outcome === 'upstream-saturated')).toHaveLength(250);
    expect(outcomes.filter((outcome) => outcome === 'client-aborted')).toHaveLength(50);
  });

  it('case 93: 150 slow uploads leave the service up, and it is as before once they are gone', async () => {
    const readAll = (_request: unknown, response: Parameters<ReturnType<typeof reply>>[1]) =>
      void response.req.resume().on('end', () => response.end());
    const [send, upstream] = await pipeline(
      { '/upload': readAll, '/': reply() },
      { calls: 100, queue: 20, queueTimeout: 60_000 },
    );
    const [other] = await pipeline(reply(), {});
    const uploads = Array.from({ length: 150 }, () => ({ ctx: testContext(), body: new Readable({ read() {} }) }));
    const outcomes = uploads.map(({ ctx, body }) => {
      body.on('error', () => undefined).push('slow');
      return outcomeOf(send({ method: 'POST', target: '/upload', headers: [], body }, ctx));
    });
    expect(await Promise.all(outcomes.slice(120))).toEqual(Array(30).fill('upstream-saturated'));
    await eventually(() => upstream.requests.length === 100);
    for (let i = 0; i < 20; i++) expect((await other(get(), testContext())).status).toBe(200);

    for (const { body } of uploads.slice(0, 50)) body.push(null);
    expect(await Promise.all(outcomes.slice(0, 50))).toEqual(Array(50).fill(200));
    await eventually(() => upstream.requests.length === 120);
    for (const { ctx } of uploads.slice(50, 120)) ctx.abort(new BffError('client-aborted'));
    expect(await Promise.all(outcomes.slice(50, 120))).toEqual(Array(70).fill('client-aborted'));
    expect((await send(get(), testContext())).status).toBe(200);
  });
});
