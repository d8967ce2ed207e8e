import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, type RequestContext } from '@portico/core';
import {
  eventually,
  FakeClock,
  type FakeUpstream,
  hang,
  reply,
  startFakeUpstream,
  testContext,
  withinATurn,
} from '@portico/testing';
import { instance } from '../../test/instances.ts';
import { transportTo } from '../../test/transport-to.ts';
import { type BreakerEvent, type CallRefusedEvent, events } from '../events.ts';
import { BREAKER, type BreakerPolicy } from '../policies/breaker.policy.ts';
import type { Send, UpstreamRequest } from '../send.ts';
import { BreakerGate } from './breaker.gate.ts';
import { gates } from './gates.stage.ts';

const get = (): UpstreamRequest => ({ method: 'GET', target: '/', headers: [] });

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const told: unknown[] = [];
const listen = (message: unknown) => void told.push(message);
beforeEach(() => {
  told.length = 0;
  events.breaker.subscribe(listen);
  events.refused.subscribe(listen);
});
afterEach(() => {
  events.breaker.unsubscribe(listen);
  events.refused.unsubscribe(listen);
});

/** The gate before real connections, and a clock that all its calls share. */
async function breaking(policy: Partial<BreakerPolicy> = {}) {
  const upstream = await startFakeUpstream(reply({ status: 500 }));
  const transport = transportTo(upstream.url);
  open.push(transport, upstream);
  // As `balance` does it.
  const attempt: Send = (request, ctx) => {
    request.instance = instance('a');
    return transport.send(request, ctx);
  };
  const send = gates([new BreakerGate(BREAKER.parse({ minimumCalls: 4, probes: 2, ...policy }), 'shop')])(attempt);
  const clock = new FakeClock();
  return { upstream, send, clock, call: (ctx = testContext({ clock })) => outcomeOf(send, ctx) };
}

const outcomeOf = (send: Send, ctx: RequestContext): Promise<number | string> =>
  send(get(), ctx).then(
    ({ status }) => status,
    (error: BffError) => error.code,
  );

async function repeat<T>(times: number, call: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await call());
  return results;
}

/** Calls that the upstream never answers, given up with `code`. */
async function giveUp(unit: Awaited<ReturnType<typeof breaking>>, code: BffErrorCode, times: number): Promise<void> {
  unit.upstream.use(hang());
  for (let i = 0; i < times; i++) {
    const ctx = testContext({ clock: unit.clock });
    const before = unit.upstream.requests.length;
    const sent = unit.call(ctx);
    await eventually(() => unit.upstream.requests.length > before);
    unit.clock.advance(1_000);
    ctx.abort(new BffError(code));
    expect(await sent).toBe(code);
  }
}

describe('breaker', () => {
  it('case 92: opens, fails fast without a contact, probes and closes again', async () => {
    const { upstream, clock, call } = await breaking();
    expect(await repeat(5, call)).toEqual([500, 500, 500, 500, 'upstream-circuit-open']);
    clock.advance(4_999);
    expect(await call()).toBe('upstream-circuit-open');
    expect(upstream.requests).toHaveLength(4);
    upstream.use(reply());
    clock.advance(1);
    expect(await repeat(3, call)).toEqual([200, 200, 200]);
    expect(told).toEqual<Array<BreakerEvent | CallRefusedEvent>>([
      { upstream: 'shop', from: 'closed', to: 'open', reason: '4 of 4 calls failed' },
      { upstream: 'shop', by: 'breaker' },
      { upstream: 'shop', by: 'breaker' },
      { upstream: 'shop', from: 'open', to: 'half-open', reason: 'it was open for 5000 ms' },
      { upstream: 'shop', from: 'half-open', to: 'closed', reason: 'of 2 probes 0 failed and 0 were slow' },
    ]);
  });

  it('refuses without waiting for anything, with the seconds after which to come again', async () => {
    const { send, upstream, clock, call } = await breaking();
    await repeat(4, call);
    clock.advance(1_500);
    await expect(withinATurn(send(get(), testContext({ clock })))).rejects.toMatchObject({
      ...{ code: 'upstream-circuit-open', upstream: 'shop' },
      headers: { 'retry-after': '4' },
    });
    expect(upstream.requests).toHaveLength(4);
  });

  it('case 92: lets exactly its probes through at one time', async () => {
    const { upstream, clock, call } = await breaking();
    await repeat(4, call);
    upstream.use(reply({ delay: 20 }));
    clock.advance(5_000);
    const results = await Promise.all(Array.from({ length: 10 }, () => call()));
    expect(results.sort()).toEqual([200, 200, ...Array<string>(8).fill('upstream-circuit-open')]);
    expect(upstream.requests).toHaveLength(6);
  });

  it('case 92: is not wedged by probes that hang', async () => {
    const { upstream, clock, call } = await breaking({ probeTimeout: 3_000 });
    await repeat(4, call);
    upstream.use(hang());
    clock.advance(5_000);
    const stuck = [testContext({ clock }), testContext({ clock })];
    const hanging = stuck.map((ctx) => call(ctx));
    clock.advance(3_000);
    expect(await call()).toBe('upstream-circuit-open');
    upstream.use(reply());
    clock.advance(5_000);
    expect(await repeat(2, call)).toEqual([200, 200]);
    for (const ctx of stuck) ctx.abort(new BffError('client-aborted'));
    await Promise.all(hanging);
    expect(await call()).toBe(200);
  });

  it('case 92: takes 4xx for success', async () => {
    const { upstream, call } = await breaking();
    for (const status of [400, 404, 429]) {
      upstream.use(reply({ status }));
      expect(await repeat(20, call)).toEqual(Array(20).fill(status));
    }
    expect(told).toEqual([]);
  });

  it('case 92: takes no notice of clients that left, and gives their probes to others', async () => {
    const unit = await breaking();
    await giveUp(unit, 'client-aborted', 20);
    unit.upstream.use(reply({ status: 500 }));
    expect(await repeat(5, unit.call)).toEqual([500, 500, 500, 500, 'upstream-circuit-open']);
    unit.clock.advance(5_000);
    await giveUp(unit, 'client-aborted', 5);
    unit.upstream.use(reply());
    expect(await repeat(3, unit.call)).toEqual([200, 200, 200]);
  });

  it('case 92: opens for an upstream that does not answer until the deadlines', async () => {
    const unit = await breaking();
    await giveUp(unit, 'deadline-exceeded', 4);
    expect(await unit.call()).toBe('upstream-circuit-open');
  });

  it('case 92: opens for slow answers', async () => {
    const { upstream, clock, call } = await breaking({ slowCall: 1_000, slowRate: 0.5 });
    upstream.use((_request, response) => {
      clock.advance(1_000);
      response.end();
    });
    expect(await repeat(5, call)).toEqual([200, 200, 200, 200, 'upstream-circuit-open']);
    expect(told[0]).toMatchObject({ reason: '4 of 4 calls were slow' });
  });

  it("does not take answers for slow that waited for a client's body", async () => {
    const { upstream, send, clock } = await breaking({ slowCall: 1_000, slowRate: 0.5 });
    upstream.use((_request, response) => {
      clock.advance(1_000);
      response.end();
    });
    for (let call = 0; call < 8; call++) {
      const upload = { ...get(), method: 'POST', body: Readable.from(['slow']) };
      expect((await send(upload, testContext({ clock }))).status).toBe(200);
    }
    expect(told).toEqual([]);
  });

  it.each<[BffErrorCode, string]>([
    ['upstream-connect', 'open'],
    ['upstream-timeout', 'open'],
    ['upstream-reset', 'open'],
    ['upstream-saturated', 'closed'],
    ['upstream-unavailable', 'closed'],
    ['shutting-down', 'closed'],
  ])('is %s, call after call: %s', async (code, state) => {
    const failing = gates([new BreakerGate(BREAKER.parse({ minimumCalls: 4 }), 'shop')])(() =>
      Promise.reject(new BffError(code)),
    );
    const results = await repeat(5, () => outcomeOf(failing, testContext()));
    expect(results[4]).toBe(state === 'open' ? 'upstream-circuit-open' : code);
  });

  it('opens for answers that break off after their head, but not for readers who leave', async () => {
    const body = (): Readable => new Readable({ read: () => undefined }).on('error', () => undefined);
    const bodies: Readable[] = [];
    const streaming = gates([new BreakerGate(BREAKER.parse({ minimumCalls: 4 }), 'shop')])(() => {
      bodies.push(body());
      return Promise.resolve({ status: 200, headers: [], body: bodies.at(-1)! });
    });
    const clock = new FakeClock();
    const call = () => outcomeOf(streaming, testContext({ clock }));
    const end = async (error?: BffError) => {
      const closed = bodies.splice(0).map((one) => new Promise((resolve) => one.destroy(error).once('close', resolve)));
      await Promise.all(closed);
    };
    expect(await repeat(8, call)).toEqual(Array(8).fill(200));
    await end();
    expect(await repeat(8, call)).toEqual(Array(8).fill(200));
    await end(new BffError('upstream-body-timeout'));
    expect(await call()).toBe('upstream-circuit-open');
  });

  it('keeps one state for each upstream', async () => {
    const policy = BREAKER.parse({ minimumCalls: 1 });
    const bad = gates([new BreakerGate(policy, 'bad')])(() => Promise.reject(new BffError('upstream-reset')));
    const upstream: FakeUpstream = await startFakeUpstream(reply());
    const transport = transportTo(upstream.url);
    open.push(transport, upstream);
    const good = gates([new BreakerGate(policy, 'good')])(transport.send);
    expect(await repeat(2, () => outcomeOf(bad, testContext()))).toEqual(['upstream-reset', 'upstream-circuit-open']);
    expect(await outcomeOf(good, testContext())).toBe(200);
  });
});
