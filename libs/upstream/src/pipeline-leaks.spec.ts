import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { BffError, type BffErrorCode, type RequestContext } from '@portico/core';
import { FakeClock, testContext, seededRandom } from '@portico/testing';
import { description, get } from '../test/instances.ts';
import { scriptedSource } from '../test/scripted-source.ts';
import { buildSend } from './build-send.ts';
import { buildBalancer } from './balancers/build-balancer.ts';
import { BalanceGate } from './gates/balance.gate.ts';
import { OutlierEjection } from './health/outlier-ejection.ts';
import { InstanceSet } from './instances/instance-set.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from './send.ts';
import { resolveSettings } from './settings.ts';
import { defineUpstream } from './upstream.ts';

const FAILURES: readonly BffErrorCode[] = [
  'upstream-connect',
  'upstream-reset',
  'upstream-timeout',
  'upstream-saturated',
  'shutting-down',
];
const STATUSES = [200, 200, 200, 404, 500, 503];
const EVERYTHING = {
  ejection: { consecutiveFailures: 2, ejectFor: 500 },
  retry: { attempts: 2, budget: 1 },
  breaker: { minimumCalls: 5, openFor: 200, probes: 3, probeTimeout: 300 },
  bulkhead: { calls: 6, queue: 4, queueTimeout: 100 },
  concurrencyLimit: { initial: 5, min: 5, max: 8 },
  hedge: { minDelay: 10, maxDelay: 50 },
  coalesce: true,
  fallback: { lastGood: { maxAge: 100 }, answer: { body: '{}' } },
};

/** A pipeline with every stage in it, before instances that do this or that. */
class Chaos {
  readonly clock = new FakeClock();
  readonly set: InstanceSet;
  readonly send: Send;
  readonly ejection: OutlierEjection;
  calm = false;
  private readonly source = scriptedSource(['a', 'b', 'c'].map((id) => description(id)));

  constructor(private readonly random: () => number) {
    const { clock } = this;
    const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...EVERYTHING }), {});
    const balancer = buildBalancer('shop', settings.balance, random);
    const open = () => ({ send: this.attempt, close: () => Promise.resolve() });
    const [upstream, policy] = ['shop', settings.balance];
    this.set = new InstanceSet({ upstream, source: this.source, policy, balancer, open, clock });
    const onChange = (): void => this.set.refresh();
    this.ejection = new OutlierEjection({ upstream, policy: settings.ejection as never, clock, onChange });
    this.set.onReplace((all) => this.ejection.replace(all));
    this.send = buildSend(new BalanceGate(this.set, balancer, [this.ejection]), settings, random);
  }

  /** Another call, which its client may leave, and whose body may be read, dropped or broken. */
  async call(): Promise<void> {
    const ctx = testContext({ clock: this.clock, headers: this.random() < 0.5 ? {} : { cookie: 'a' } });
    ctx.expireAfter(1 + this.random() * 600);
    const leaving = this.clock.after(this.random() * 1_500, () => ctx.abort(new BffError('client-aborted')));
    try {
      const { body } = await this.send(this.request(), ctx);
      if (!('chunks' in body)) await this.take(body);
    } catch (error) {
      if (!(error instanceof BffError)) throw error;
    } finally {
      leaving.cancel();
      ctx.finish();
    }
  }

  changeInstances(): void {
    const ids = ['a', 'b', 'c', 'd'].filter(() => this.random() < 0.7);
    this.source.become(ids.map((id) => description(id)));
  }

  /** Lets time pass, and everything happen that is due. */
  async pass(milliseconds: number, step: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      this.clock.advance(step);
      await turn();
    }
  }

  private request(): UpstreamRequest {
    const method = this.random() < 0.8 ? 'GET' : 'POST';
    return get({ method, target: `/${Math.floor(this.random() * 3)}` });
  }

  private readonly attempt: Send = (_request, ctx) =>
    new Promise((resolve, reject) => {
      const [fate, delay] = [this.calm ? 1 : this.random(), this.calm ? 1 : this.random() * 200];
      // What happens at once happens before the caller has got the promise.
      if (fate < 0.05) throw new BffError('upstream-connect');
      const timer = this.clock.after(delay, () => {
        ctx.offAbort(giveUp);
        if (fate < 0.4) reject(new BffError(this.pick(FAILURES)));
        else resolve(this.answer(ctx));
      });
      const giveUp = (reason: BffError): void => {
        timer.cancel();
        reject(reason);
      };
      ctx.onAbort(giveUp);
    });

  private answer(ctx: RequestContext): UpstreamResponse {
    const status = this.calm ? 200 : this.pick(STATUSES);
    if (this.calm || this.random() < 0.6) return { status, headers: [], body: { chunks: [], length: 0 } };
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    const cut = (reason: BffError): void => void body.destroy(reason);
    ctx.onAbort(cut);
    body.once('close', () => ctx.offAbort(cut));
    return { status, headers: [], body };
  }

  private take(body: Readable): Promise<void> {
    const fate = this.random();
    const ended = new Promise<void>((resolve) => void (body.destroyed ? resolve() : body.once('close', resolve)));
    body.resume();
    const end = this.clock.after(this.random() * 100, () => {
      if (fate < 0.5) body.push(null);
      else body.destroy(fate < 0.75 ? new BffError('upstream-reset') : undefined);
    });
    return ended.then(() => end.cancel());
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }
}

describe('a pipeline with every stage in it', () => {
  it.each([1, 2, 3, 4, 5, 6])('gives back all that calls took, however they end (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const chaos = new Chaos(random);
    const before = new Set(chaos.set.all);
    const calls: Promise<void>[] = [];
    for (let round = 0; round < 150; round++) {
      for (let count = random() * 6; count > 0; count--) calls.push(chaos.call());
      if (random() < 0.1) chaos.changeInstances();
      for (const instance of chaos.set.all) before.add(instance);
      await chaos.pass(20, 5);
    }
    await chaos.pass(5_000, 50);
    await Promise.all(calls);
    expect([...before].map(({ inFlight }) => inFlight).filter((inFlight) => inFlight !== 0)).toEqual([]);
    expect(chaos.clock.pending).toBe(0);

    chaos.calm = true;
    // The breaker wants its probes, after its open time when those of before failed; a held slot would be missing to the last of these calls.
    const ask = (target: string) => {
      const answer = chaos.send(get({ target, method: 'POST' }), testContext({ clock: chaos.clock }));
      return answer.then(
        ({ status }) => status,
        (error: BffError) => error.code,
      );
    };
    chaos.changeInstances();
    for (let probe = 0; probe < 10; probe++) {
      const answer = ask('/probe');
      await chaos.pass(50, 1);
      await answer;
    }
    const full = Promise.all(['1', '2', '3', '4', '5'].map(ask));
    await chaos.pass(10, 1);
    expect(await full).toEqual([200, 200, 200, 200, 200]);
    chaos.ejection.close();
    expect(chaos.clock.pending).toBe(0);
  });
});
