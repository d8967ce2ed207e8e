import { setImmediate as settled } from 'node:timers/promises';
import { BffError, systemClock } from '@portico/core';
import { eventually, FakeClock, hang, reply, startFakeUpstream } from '@portico/testing';
import { transportTo } from '../../test/transport-to.ts';
import { events, type InstanceEvent } from '../events.ts';
import { UpstreamInstance } from '../instances/upstream-instance.ts';
import { HEALTH, type HealthPolicy } from '../policies/health.policy.ts';
import type { Send } from '../send.ts';
import { ActiveHealth } from './active-health.ts';

const SECOND = 1_000;
type Answer = number | 'no answer' | 'own lack' | 'silence';

/** An instance that answers its probes as told, and when it was asked. */
class Asked {
  answer: Answer = 200;
  readonly at: number[] = [];
  underWay = 0;
  cut = 0;
  readonly instance: UpstreamInstance;

  constructor(
    readonly clock: FakeClock,
    id: string,
  ) {
    const description = {
      id,
      protocol: 'http',
      host: '10.0.0.1',
      port: 80,
      weight: 1,
      tags: [],
      priority: 0,
      healthy: true,
      withdrawn: undefined,
    } as const;
    this.instance = new UpstreamInstance({ ...description, serverName: undefined, zone: undefined }, this.send, 0);
  }

  private readonly send: Send = (_request, ctx) => {
    this.at.push(ctx.clock.now());
    this.underWay++;
    return new Promise((resolve, reject) => {
      ctx.onAbort((reason) => {
        this.cut++;
        this.underWay--;
        reject(reason);
      });
      if (this.answer === 'silence') return;
      this.underWay--;
      if (this.answer === 'no answer') reject(new BffError('upstream-connect'));
      else if (this.answer === 'own lack') reject(new BffError('gateway-exhausted'));
      else resolve({ status: this.answer, headers: [], body: { chunks: [], length: 0 } });
    });
  };
}

/** Active health of some instances under a clock that the test turns. */
class Watched {
  readonly clock = new FakeClock();
  readonly asked: Asked[];
  readonly health: ActiveHealth;
  changes = 0;

  constructor(count: number, policy: Partial<HealthPolicy> = {}, random: () => number = () => 0.5) {
    this.asked = Array.from({ length: count }, (_, index) => new Asked(this.clock, `i${index}`));
    const onChange = (): void => void this.changes++;
    this.health = new ActiveHealth({
      upstream: 'shop',
      policy: HEALTH.parse(policy),
      clock: this.clock,
      random,
      onChange,
    });
    this.health.replace(this.asked.map(({ instance }) => instance));
  }

  /** Lets time pass in steps, so that answers are taken in between. */
  async pass(milliseconds: number, step = 100): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      this.clock.advance(step);
      await settled();
    }
  }
}

const told: InstanceEvent[] = [];
const tell = (message: unknown): unknown => told.push(message as InstanceEvent);
beforeAll(() => events.instance.subscribe(tell));
afterAll(() => events.instance.unsubscribe(tell));
beforeEach(() => void told.splice(0));

describe('active health', () => {
  it('leaves an instance out after so many bad answers in a row, and takes it back after so many good ones', async () => {
    const watched = new Watched(1, { unhealthyAfter: 3, healthyAfter: 2 });
    const [{ instance }] = watched.asked as [Asked];
    const answers: Answer[] = [500, 'no answer', 200, 503, 404, 'no answer', 200, 302, 200, 204];
    const states: boolean[] = [];
    watched.asked[0]!.answer = answers[0]!;
    await watched.pass(5 * SECOND);
    for (const answer of answers.slice(1)) {
      states.push(instance.healthy);
      watched.asked[0]!.answer = answer;
      await watched.pass(10 * SECOND);
    }
    states.push(instance.healthy);
    expect(states).toEqual([true, true, true, true, true, false, false, false, false, true]);
    expect(watched.changes).toBe(2);
    expect(told.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      'failing-probes: answers from /health/ready: 3 bad in a row, the last one upstream-connect',
      'healthy: answers from /health/ready: 2 good in a row, the last one 204',
    ]);
  });

  it('says nothing of an instance that this machine had not the means to ask', async () => {
    const watched = new Watched(1, { unhealthyAfter: 1 });
    watched.asked[0]!.answer = 'own lack';
    await watched.pass(60 * SECOND);
    expect(watched.asked[0]!.at.length).toBeGreaterThan(3);
    expect([watched.asked[0]!.instance.healthy, watched.asked[0]!.instance.lastProbe]).toEqual([true, undefined]);
  });

  it('gives a new instance traffic before its first answers', async () => {
    const watched = new Watched(1);
    watched.asked[0]!.answer = 'no answer';
    expect(watched.asked[0]!.instance.healthy).toBe(true);
    await watched.pass(10 * SECOND);
    expect(watched.asked[0]!.at).toHaveLength(1);
    expect(watched.asked[0]!.instance.healthy).toBe(true);
  });

  it('spreads the first questions over the interval and varies the later ones by a tenth', async () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const watched = new Watched(100, {}, random);
    await watched.pass(100 * SECOND);
    const firsts = watched.asked.map(({ at }) => at[0]!);
    for (const [from, to] of [
      [0, 3_333],
      [3_333, 6_667],
      [6_667, 10_000],
    ] as const) {
      expect(firsts.filter((at) => at >= from && at < to).length).toBeGreaterThan(15);
    }
    const waits = watched.asked.flatMap(({ at }) => at.slice(1).map((time, index) => time - at[index]!));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(9_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(11_000);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(1_500);
  });

  it('never asks an instance again before the answer or its time is over', async () => {
    const watched = new Watched(1, { interval: 500, timeout: 2_000, unhealthyAfter: 2 });
    const [asked] = watched.asked as [Asked];
    asked.answer = 'silence';
    await watched.pass(2_200);
    expect(asked.at).toHaveLength(1);
    expect(asked.underWay).toBe(1);
    await watched.pass(3_000);
    expect(asked).toMatchObject({ cut: 2, underWay: 1 });
    expect(asked.instance.healthy).toBe(false);
  });

  it('case 95: goes on asking an instance that is ejected; a good answer does not bring it back', async () => {
    const watched = new Watched(1);
    const [asked] = watched.asked as [Asked];
    asked.instance.ejected = true;
    await watched.pass(60 * SECOND);
    expect(asked.at).toHaveLength(6);
    expect(asked.instance.ejected).toBe(true);
    expect(watched.changes).toBe(0);
  });

  it('stops with the instance, goes on without a break with those that stay, and leaves no timer behind', async () => {
    const watched = new Watched(2, { interval: 2_000, timeout: 3_000 });
    const [leaves, stays] = watched.asked as [Asked, Asked];
    leaves.answer = stays.answer = 'silence';
    await watched.pass(1_500);
    watched.health.replace([stays.instance]);
    await watched.pass(1_000);
    expect([leaves.cut, stays.cut]).toEqual([1, 0]);
    await watched.pass(20 * SECOND);
    expect(leaves.at).toHaveLength(1);
    expect(leaves.instance.failsProbes).toBe(false);
    expect(stays.at.length).toBeGreaterThan(5);
    watched.health.close();
    await settled();
    expect(stays.underWay).toBe(0);
    expect(watched.clock.pending).toBe(0);
  });

  it('asks over real connections, with a trace of its own, and by the status of an answer of any size', async () => {
    const upstream = await startFakeUpstream({ '/up': reply({ body: Buffer.alloc(1_000_000) }) });
    const transport = transportTo(upstream.url);
    const clock = new FakeClock();
    const { instance } = new Asked(clock, 'real');
    const real = new UpstreamInstance(instance.description, transport.send, 0);
    const policy = HEALTH.parse({ path: '/up', interval: 20, timeout: 500, unhealthyAfter: 1, healthyAfter: 1 });
    const health = new ActiveHealth({ upstream: 'shop', policy, clock: systemClock, onChange: () => undefined });
    health.replace([real]);
    await eventually(() => upstream.requests.length >= 3);
    expect(real.healthy).toBe(true);
    expect(upstream.requests[0]!.headers).toMatchObject({
      'user-agent': 'portico-health',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/),
    });
    upstream.use(hang());
    await eventually(() => !real.healthy);
    upstream.use(reply());
    await eventually(() => real.healthy);
    health.close();
    await transport.close();
    await upstream.close();
  });
});
