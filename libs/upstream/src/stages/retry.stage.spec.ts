import { once } from 'node:events';
import { Readable } from 'node:stream';
import { BffError, type BffErrorCode } from '@portico/core';
import { FakeClock, reply, reset, startFakeUpstream, testContext } from '@portico/testing';
import { transportTo } from '../../test/transport-to.ts';
import { type AttemptEvent, events } from '../events.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { RETRY, type RetryPolicy } from '../policies/retry.policy.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from '../send.ts';
import { retry } from './retry.stage.ts';
import { RetryBudget } from './retry/retry-budget.ts';

const get = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: 'GET',
  target: '/',
  headers: [],
  ...more,
});
const post = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => get({ method: 'POST', ...more });

const answer = (status: number, ...headers: string[]): UpstreamResponse => ({
  status,
  headers,
  body: { chunks: [], length: 0 },
});

type Step = UpstreamResponse | BffErrorCode | ((request: UpstreamRequest) => UpstreamResponse);

/** A next stage that does one step for each attempt, the last one for all that follow. */
function scripted(...steps: Step[]): Send & { calls: UpstreamRequest[] } {
  const calls: UpstreamRequest[] = [];
  const send: Send = async (request) => {
    const step = steps[Math.min(calls.push({ ...request, headers: [...request.headers] }), steps.length) - 1]!;
    if (typeof step === 'string') throw new BffError(step);
    return typeof step === 'function' ? step(request) : step;
  };
  return Object.assign(send, { calls });
}

/** The stage with waits of nothing and a budget that never ends, unless a test says otherwise. */
function retrying(
  next: Send,
  policy: Partial<RetryPolicy> = {},
  random: () => number = () => 0,
  budget = { budget: 1, budgetFloor: 1_000 },
): Send {
  return retry(RETRY.parse(policy), new RetryBudget(budget), 'shop', random)(next);
}

const outcomeOf = (sent: Promise<UpstreamResponse>): Promise<number | string> =>
  sent.then(
    ({ status }) => status,
    (error: BffError) => error.code,
  );

/** Lets everything that is due without a timer happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('retry: what is sent again', () => {
  it.each([502, 503, 504])('case 91: a GET that was answered %i', async (status) => {
    const next = scripted(answer(status), answer(200));
    expect(await outcomeOf(retrying(next)(get(), testContext()))).toBe(200);
    expect(next.calls).toHaveLength(2);
  });

  it.each([200, 304, 404, 429, 500])('case 91: not a GET that was answered %i', async (status) => {
    const next = scripted(answer(status));
    expect(await outcomeOf(retrying(next)(get(), testContext()))).toBe(status);
    expect(next.calls).toHaveLength(1);
  });

  it('a GET that was answered with a status that the policy lists', async () => {
    const next = scripted(answer(429), answer(200));
    expect(await outcomeOf(retrying(next, { statuses: [429] })(get(), testContext()))).toBe(200);
  });

  it.each<BffErrorCode>([
    'upstream-connect',
    'upstream-connect-timeout',
    'upstream-timeout',
    'upstream-body-timeout',
    'upstream-reset',
    'upstream-framing',
  ])('a GET that failed with %s', async (code) => {
    const next = scripted(code, answer(200));
    expect(await outcomeOf(retrying(next)(get(), testContext()))).toBe(200);
  });

  it.each<BffErrorCode>([
    'client-aborted',
    'deadline-exceeded',
    'upstream-circuit-open',
    'upstream-saturated',
    'upstream-unavailable',
    'upstream-headers-too-large',
    'upstream-body-too-large',
    'request-malformed',
    'shutting-down',
  ])('not a GET that failed with %s', async (code) => {
    const next = scripted(code);
    expect(await outcomeOf(retrying(next)(get(), testContext()))).toBe(code);
    expect(next.calls).toHaveLength(1);
  });

  describe.each(['upstream-saturated', 'shutting-down'] as const)('a call that failed with %s', (code) => {
    /** As `balance` does it: the attempt got to an instance, which had no connection for it. */
    const atInstance = (request: UpstreamRequest): never => {
      request.instance = { description: { id: 'full' } } as UpstreamInstance;
      throw new BffError(code);
    };

    it.each(['GET', 'POST'])('at an instance, for nothing of it was sent: %s', async (method) => {
      const next = scripted(atInstance, answer(200));
      expect(await outcomeOf(retrying(next)(get({ method }), testContext()))).toBe(200);
      expect(next.calls[1]!.avoid).toMatchObject([{ description: { id: 'full' } }]);
    });

    it('not when a stage refused it, before or after an attempt', async () => {
      const next = scripted(atInstance, code, answer(200));
      expect(await outcomeOf(retrying(next, { attempts: 2 })(get(), testContext()))).toBe(code);
      expect(next.calls).toHaveLength(2);
    });
  });

  it('case 91: idempotent methods only, and routes that say so', async () => {
    const sent = async (request: UpstreamRequest) => {
      const next = scripted(answer(503));
      await retrying(next)(request, testContext());
      return next.calls.length;
    };
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) expect(await sent(get({ method }))).toBe(2);
    for (const method of ['POST', 'PATCH']) expect(await sent(get({ method }))).toBe(1);
    expect(await sent(post({ idempotent: true }))).toBe(2);
    expect(await sent(get({ idempotent: false }))).toBe(1);
  });

  it('case 91: a POST only if there was no connection for it', async () => {
    const body = Buffer.from('{"pay":1}');
    for (const code of ['upstream-connect', 'upstream-connect-timeout'] as const) {
      const next = scripted(code, answer(201));
      expect(await outcomeOf(retrying(next)(post({ body }), testContext()))).toBe(201);
    }
    for (const code of ['upstream-timeout', 'upstream-reset'] as const) {
      const next = scripted(code);
      expect(await outcomeOf(retrying(next)(post({ body }), testContext()))).toBe(code);
      expect(next.calls).toHaveLength(1);
    }
  });

  it('case 91: never a body that is a stream, whatever happened to it', async () => {
    for (const step of ['upstream-connect', 'upstream-reset', answer(503)] as const) {
      const next = scripted(step);
      await outcomeOf(retrying(next)(get({ method: 'PUT', body: Readable.from(['a', 'b']) }), testContext()));
      expect(next.calls).toHaveLength(1);
    }
  });

  it('not for a request that was given up, whatever the failure is called', async () => {
    const ctx = testContext();
    const next = scripted(() => {
      ctx.abort(new BffError('upstream-reset'));
      throw new BffError('upstream-reset');
    });
    expect(await outcomeOf(retrying(next)(get(), ctx))).toBe('upstream-reset');
    expect(next.calls).toHaveLength(1);
  });

  it('as often as the policy says, and then the last answer or failure is what the caller gets', async () => {
    const next = scripted('upstream-reset', answer(502), answer(503, 'age', '3'));
    const last = await retrying(next, { attempts: 2 })(get(), testContext());
    expect(last).toEqual(answer(503, 'age', '3'));
    expect(next.calls).toHaveLength(3);
    expect(await outcomeOf(retrying(scripted(answer(502), 'upstream-reset'))(get(), testContext()))).toBe(
      'upstream-reset',
    );
  });
});

describe('retry: what another attempt looks like', () => {
  it('has the headers of the first, and keeps away from all instances that were tried', async () => {
    const [a, b] = [{} as UpstreamInstance, {} as UpstreamInstance];
    const tried = [a, b, a];
    const next = scripted((request) => {
      request.instance = tried.shift();
      request.headers.push('x-timeout-ms', '100');
      return answer(503);
    });
    const request = get({ headers: ['accept', 'text/html'] });
    await retrying(next, { attempts: 2 })(request, testContext());
    expect(next.calls.map(({ headers }) => headers)).toEqual(Array(3).fill(['accept', 'text/html']));
    expect(next.calls.map(({ avoid }) => avoid)).toEqual([undefined, [a], [a, b]]);
    expect(next.calls[1]!.avoid![0]).toBe(a);
    expect(next.calls[2]!.avoid![1]).toBe(b);
  });

  it('comes after the answer before it was let go of', async () => {
    const body = new Readable({ read: () => undefined });
    const next = scripted({ status: 503, headers: [], body }, () => {
      expect(body.destroyed).toBe(true);
      return answer(200);
    });
    expect(await outcomeOf(retrying(next)(get(), testContext()))).toBe(200);
  });

  it('never comes once a stream was handed on', async () => {
    const body = new Readable({ read: () => undefined });
    const next = scripted({ status: 200, headers: [], body }, answer(200));
    const response = await retrying(next)(get(), testContext());
    const broken = once(response.body as Readable, 'error');
    body.destroy(new BffError('upstream-reset'));
    await broken;
    await settle();
    expect(next.calls).toHaveLength(1);
  });
});

describe('retry: when it is sent again', () => {
  /** Milliseconds on the clock at each attempt. */
  async function momentsOf(policy: Partial<RetryPolicy>, random: () => number, ...steps: Step[]): Promise<number[]> {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    const moments: number[] = [];
    const script = scripted(...steps);
    const next: Send = (request, context) => {
      moments.push(clock.now());
      return script(request, context);
    };
    let done = false;
    void outcomeOf(retrying(next, policy, random)(get(), ctx)).then(() => (done = true));
    for (await settle(); !done; await settle()) clock.advance(1);
    expect(clock.pending).toBe(0);
    return moments;
  }

  it('case 91: after a random time up to twice as long as before, with a cap', async () => {
    const policy = { attempts: 5, backoff: 100, maxBackoff: 450 };
    expect(await momentsOf(policy, () => 0.5, answer(503))).toEqual([0, 50, 150, 350, 750, 1_200]);
    expect(await momentsOf(policy, () => 0, answer(503))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('case 91: not before Retry-After, in seconds or as a date', async () => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, 0, 1)).toUTCString();
    const policy = { backoff: 100, maxBackoff: 2_000 };
    expect(await momentsOf(policy, () => 0.5, answer(503, 'retry-after', '1'), answer(200))).toEqual([0, 1_050]);
    expect(await momentsOf(policy, () => 0.5, answer(503, 'retry-after', date), answer(200))).toEqual([0, 1_050]);
    expect(await momentsOf({ maxBackoff: 1_000 }, () => 0.9, answer(503, 'retry-after', '1'))).toEqual([0, 1_000]);
  });

  it('case 91: not at all when Retry-After is beyond the cap; the answer is passed on', async () => {
    const next = scripted(answer(503, 'retry-after', '2'), answer(200));
    const response = await retrying(next, { maxBackoff: 1_999 })(get(), testContext());
    expect(response).toEqual(answer(503, 'retry-after', '2'));
    expect(next.calls).toHaveLength(1);
  });

  it('case 91: not when the deadline comes before the wait is over', async () => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.expireAfter(1_000);
    const next = scripted(answer(503, 'retry-after', '1'));
    expect(await outcomeOf(retrying(next)(get(), ctx))).toBe(503);
    expect(next.calls).toHaveLength(1);
    expect(clock.pending).toBe(1);
  });

  it.each<BffErrorCode>(['client-aborted', 'deadline-exceeded'])(
    'not when the request is given up (%s) while it waits, which ends the wait',
    async (code) => {
      const clock = new FakeClock();
      const ctx = testContext({ clock });
      const next = scripted(answer(503));
      const sent = outcomeOf(retrying(next, { backoff: 1_000 }, () => 0.9)(get(), ctx));
      await settle();
      expect(clock.pending).toBe(1);
      ctx.abort(new BffError(code));
      expect(await sent).toBe(code);
      expect(clock.pending).toBe(0);
      expect(next.calls).toHaveLength(1);
    },
  );
});

describe('retry: the budget', () => {
  const small = { budget: 0.1, budgetFloor: 1 };

  it('passes the answer on when it is used up, and says so', async () => {
    const told: unknown[] = [];
    const listener = (message: unknown) => void told.push(message);
    events.attempt.subscribe(listener);
    try {
      const send = retrying(scripted(answer(503), answer(200), 'upstream-reset'), {}, () => 0, small);
      expect(await outcomeOf(send(get(), testContext()))).toBe(200);
      expect(await outcomeOf(send(get(), testContext()))).toBe('upstream-reset');
    } finally {
      events.attempt.unsubscribe(listener);
    }
    expect(told).toEqual<AttemptEvent[]>([
      { upstream: 'shop', kind: 'retry', allowed: true, after: '503' },
      { upstream: 'shop', kind: 'retry', allowed: false, after: 'upstream-reset' },
    ]);
  });

  it('case 91: 60 calls that an upstream answers 503 cost it at most 66, one after the other or all at once', async () => {
    for (const atOnce of [false, true]) {
      const upstream = await startFakeUpstream(reply({ status: 503 }));
      const transport = transportTo(upstream.url);
      try {
        const send = retrying(transport.send, {}, () => 0, RETRY.parse({}));
        const statuses: unknown[] = [];
        const call = async () => statuses.push(await outcomeOf(send(get(), testContext({ clock: new FakeClock() }))));
        if (atOnce) await Promise.all(Array.from({ length: 60 }, call));
        else for (let i = 0; i < 60; i++) await call();
        expect(statuses).toEqual(Array(60).fill(503));
        expect(upstream.requests.length).toBe(66);
      } finally {
        await Promise.all([transport.close(), upstream.close()]);
      }
    }
  });

  it('case 91: a reset connection is made good over real sockets, a large answer that is discarded is cut', async () => {
    const large = reply({ status: 503, chunks: Array<string>(64).fill('x'.repeat(65_536)) });
    const upstream = await startFakeUpstream([reset(), large, reply({ body: 'here' })]);
    const transport = transportTo(upstream.url);
    try {
      const response = await retrying(transport.send, { attempts: 2 })(get(), testContext());
      expect(response).toMatchObject({ status: 200, body: { length: 4 } });
      expect(upstream.requests.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    } finally {
      await Promise.all([transport.close(), upstream.close()]);
    }
  });
});
