import { Readable } from 'node:stream';
import { BffError } from '@portico/core';
import type { Instance } from '@portico/discovery';
import { FakeClock, testContext } from '@portico/testing';
import { description, get } from '../../test/instances.ts';
import { scriptedSource } from '../../test/scripted-source.ts';
import { RoundRobinBalancer } from '../balancers/round-robin.balancer.ts';
import { InstanceSet } from '../instances/instance-set.ts';
import { BALANCE } from '../policies/balance.policy.ts';
import type { Send, UpstreamResponse } from '../send.ts';
import { BalanceGate, sendToInstance } from './balance.gate.ts';
import { gates } from './gates.stage.ts';

const held = (status: number): UpstreamResponse => ({ status, headers: [], body: { chunks: [], length: 0 } });

/** The innermost gate with instances that answer as told, and what it told of each attempt. */
class Balanced {
  readonly clock = new FakeClock();
  readonly source;
  readonly set: InstanceSet;
  readonly send: Send;
  readonly told: string[] = [];

  constructor(answer: Send, first: readonly Instance[] = [description('a'), description('b')], panicBelow = 0.5) {
    this.source = scriptedSource(first);
    const balancer = new RoundRobinBalancer(() => 0.5);
    const policy = { cookie: undefined, zone: undefined, ...BALANCE.parse({ panicBelow }) };
    const open = () => ({ send: answer, close: () => Promise.resolve() });
    this.set = new InstanceSet({ upstream: 'shop', source: this.source, policy, balancer, open, clock: this.clock });
    const gate = new BalanceGate(this.set, balancer, [
      {
        record: ({ description: { id } }, outcome, startedAt, now) => {
          this.told.push(`${id} ${outcome} ${startedAt}-${now}`);
        },
      },
    ]);
    this.send = gates([gate])(sendToInstance);
  }

  get inFlight(): number[] {
    return this.set.all.map(({ inFlight }) => inFlight);
  }

  call(request = get()) {
    return this.send(request, testContext({ clock: this.clock }));
  }
}

describe('the innermost gate', () => {
  it('case 95: tries one that is left out once all others were tried, and one that its registry calls down never', async () => {
    const down = { ...description('c'), healthy: false };
    const balanced = new Balanced(() => Promise.resolve(held(200)), [description('a'), description('b'), down]);
    const [a, b] = balanced.set.all;
    a!.ejected = true;
    balanced.set.refresh();
    const request = { ...get(), avoid: [b!] };
    await balanced.call(request);
    expect(request.instance).toBe(a);
    const again = { ...get(), avoid: [a!, b!] };
    await balanced.call(again);
    expect(again.instance).toBe(b);
  });

  it('sends each call to an instance, says which, and counts it while it is under way', async () => {
    const waiting: ((response: UpstreamResponse) => void)[] = [];
    const balanced = new Balanced(() => new Promise((resolve) => waiting.push(resolve)));
    const request = get();
    const answers = [balanced.call(request), balanced.call(), balanced.call()];
    expect(request.instance).toBe(balanced.set.all[0]);
    expect(balanced.inFlight).toEqual([2, 1]);
    balanced.clock.advance(30);
    for (const resolve of waiting) resolve(held(200));
    await Promise.all(answers);
    expect(balanced.inFlight).toEqual([0, 0]);
    expect(balanced.told).toEqual(['a ok 0-30', 'b ok 0-30', 'a ok 0-30']);
    expect(balanced.set.all[0]!.latency.milliseconds).toBe(30);
  });

  it('counts a streamed answer until its body has ended', async () => {
    const body = Readable.from(['some', 'more']);
    const balanced = new Balanced(() => Promise.resolve({ status: 200, headers: [], body }));
    await balanced.call();
    expect([balanced.inFlight, balanced.told]).toEqual([[1, 0], []]);
    balanced.clock.advance(500);
    await body.toArray();
    expect([balanced.inFlight, balanced.told]).toEqual([[0, 0], ['a ok 0-500']]);
    // The balancer is about the time to the head: how long a body takes is up to its length and its reader.
    expect(balanced.set.all[0]!.latency.milliseconds).toBe(0);
  });

  it('blames the instance for a body that breaks, and nobody for one that is not wanted any more', async () => {
    const bodies = [new Readable({ read: () => undefined }), new Readable({ read: () => undefined })];
    for (const body of bodies) body.on('error', () => undefined);
    const queue = [...bodies];
    const balanced = new Balanced(() => Promise.resolve({ status: 200, headers: [], body: queue.shift()! }));
    await balanced.call();
    await balanced.call();
    bodies[0]!.destroy(new BffError('upstream-reset'));
    bodies[1]!.destroy(new BffError('client-aborted'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(balanced.told).toEqual(['a failure 0-0', 'b neutral 0-0']);
    expect(balanced.inFlight).toEqual([0, 0]);
  });

  it('blames nobody for a body that its deadline cut: its reader may have been slow', async () => {
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    const balanced = new Balanced(() => Promise.resolve({ status: 200, headers: [], body }));
    const ctx = testContext({ clock: balanced.clock });
    ctx.expireAfter(5_000);
    ctx.onAbort((reason) => body.destroy(reason));
    await balanced.send(get(), ctx);
    balanced.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(balanced.told).toEqual(['a neutral 0-5000']);
    expect(balanced.inFlight).toEqual([0, 0]);
  });

  it('passes failures on, and what they and bad statuses say of the instance', async () => {
    const answers = [() => Promise.reject(new BffError('upstream-reset')), () => Promise.resolve(held(503))];
    const balanced = new Balanced(() => answers.shift()!());
    await expect(balanced.call()).rejects.toMatchObject({ code: 'upstream-reset' });
    expect((await balanced.call()).status).toBe(503);
    expect(balanced.told).toEqual(['a failure 0-0', 'b failure 0-0']);
    expect(balanced.inFlight).toEqual([0, 0]);
    expect(balanced.set.all[0]!.latency.milliseconds).toBe(100);
  });

  it('does not take an instance for slow that waited for the body of a client', async () => {
    const balanced = new Balanced(() => {
      balanced.clock.advance(9_000);
      return Promise.resolve(held(200));
    });
    await balanced.call(get({ method: 'POST', body: Readable.from(['slow']) }));
    expect(balanced.set.all[0]!.latency.milliseconds).toBe(0);
  });

  it('case 95: fails at once when there is no instance, and says when to come back', async () => {
    const balanced = new Balanced(() => Promise.resolve(held(200)), []);
    const failure = { code: 'upstream-unavailable', upstream: 'shop', headers: { 'retry-after': '1' } };
    await expect(balanced.call()).rejects.toMatchObject(failure);
    balanced.source.become([description('a')]);
    expect((await balanced.call()).status).toBe(200);
    balanced.source.become([]);
    await expect(balanced.call()).rejects.toMatchObject(failure);
  });

  it('case 95: fails at once when all are left out and panic is off', async () => {
    const balanced = new Balanced(() => Promise.resolve(held(200)), undefined, 0);
    for (const instance of balanced.set.all) instance.failsProbes = true;
    balanced.set.refresh();
    await expect(balanced.call()).rejects.toMatchObject({ code: 'upstream-unavailable' });
  });

  it('case 95: a call under way ends at its instance when the set is replaced, the next one goes to a new one', async () => {
    const waiting: ((response: UpstreamResponse) => void)[] = [];
    const balanced = new Balanced(() => new Promise((resolve) => waiting.push(resolve)));
    const [old] = balanced.set.all;
    const request = get();
    const before = balanced.call(request);
    balanced.source.become([description('x')]);
    const after = balanced.call();
    expect([old!.inFlight, ...balanced.inFlight]).toEqual([1, 1]);
    for (const resolve of waiting) resolve(held(200));
    expect((await before).status).toBe(200);
    expect((await after).status).toBe(200);
    expect(request.instance).toBe(old);
    expect([old!.inFlight, ...balanced.inFlight]).toEqual([0, 0]);
  });
});
