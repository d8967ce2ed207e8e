import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { BffError, type BffErrorCode, type RequestContext, type TokenSource, type UpstreamToken } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { gateTo, instance } from '../../test/instances.ts';
import { testPrincipal } from '../../test/principal.ts';
import { held, scriptedSend, turns } from '../../test/scripted-send.ts';
import { buildSend } from '../build-send.ts';
import type { Send, UpstreamRequest } from '../send.ts';
import { resolveSettings } from '../settings.ts';
import { defineUpstream, type UpstreamOptions } from '../upstream.ts';
import { credentials } from './credentials.stage.ts';

const OFF = { retry: false, breaker: false, bulkhead: false, timeLeftHeader: false } as const;
const get = (): UpstreamRequest => ({ method: 'GET', target: '/', headers: ['accept', '*/*'] });

/** A whole pipeline with these options, in front of an upstream that the test speaks for. */
function pipeline(options: Partial<UpstreamOptions>) {
  const { send: transport, calls } = scriptedSend();
  const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...OFF, ...options }), {});
  return { send: buildSend(gateTo(instance('a', {}, transport)), settings, () => 0), calls };
}

/** Gives tokens as the test says, and notes what it was asked and told. */
function tokenSource(...given: Array<string | Promise<string>>) {
  const asked: UpstreamToken[] = [];
  const refusals: string[] = [];
  const source: TokenSource = {
    tokenFor: (token) => {
      asked.push(token);
      return given.length > 1 ? given.shift()! : given[0]!;
    },
    refused: (_, authorization) => void refusals.push(authorization),
  };
  return { source, asked, refusals };
}

const sentBy = (headers: readonly string[]): Record<string, string> =>
  Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]!]] : [])));

const failureOf = (sent: Promise<unknown>): Promise<BffError> =>
  sent.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: BffError) => error,
  );

describe('the token of an upstream', () => {
  it('is asked for and sent as it is, without a wait when it is known', () => {
    const { send, calls } = pipeline({ token: 'user' });
    const { source, asked } = tokenSource('Bearer abc');
    void send(get(), testContext({ tokens: source }));
    expect(calls).toHaveLength(1);
    expect(sentBy(calls[0]!.headers)).toMatchObject({ accept: '*/*', authorization: 'Bearer abc' });
    expect(asked).toEqual(['user']);
  });

  it('is the one that the upstream states', () => {
    const wanted = { exchange: { audience: 'ordering', scope: 'ordering' } };
    const { send } = pipeline({ token: wanted });
    const { source, asked } = tokenSource('Bearer abc');
    void send(get(), testContext({ tokens: source }));
    expect(asked).toEqual([wanted]);
  });

  it('is waited for when somebody has to be asked', async () => {
    const { send, calls } = pipeline({ token: 'user' });
    void send(get(), testContext({ tokens: tokenSource(Promise.resolve('Bearer late')).source }));
    expect(calls).toHaveLength(0);
    await turns();
    expect(sentBy(calls[0]!.headers)).toMatchObject({ authorization: 'Bearer late' });
  });

  it('is asked for by every attempt, so that each carries one that is good', async () => {
    const { send, calls } = pipeline({ token: 'user', retry: { backoff: 0 } });
    const { source } = tokenSource('Bearer first', 'Bearer second');
    void send(get(), testContext({ tokens: source }));
    await calls[0]!.fail(new BffError('upstream-connect'));
    expect(calls.map(({ headers }) => sentBy(headers).authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(calls[1]!.headers.filter((name) => name === 'authorization')).toHaveLength(1);
  });

  it.each(['coalesce', 'hedge'] as const)('goes along with what %s makes of the request', async (stage) => {
    const clock = new FakeClock();
    const { send, calls } = pipeline({ token: 'user', [stage]: stage === 'hedge' ? { maxDelay: 20 } : true });
    const ctx = testContext({ clock, tokens: tokenSource('Bearer abc').source, principal: testPrincipal('alice') });
    void send(get(), ctx).catch(() => undefined);
    clock.advance(20);
    await turns();
    expect(calls).toHaveLength(stage === 'hedge' ? 2 : 1);
    for (const { headers, ctx: inner } of calls) {
      expect(sentBy(headers)).toMatchObject({ authorization: 'Bearer abc' });
      expect(inner.principal?.subject).toBe('alice');
    }
    ctx.abort(new BffError('client-aborted'));
    await turns();
  });

  it('is waited for no longer than the request lasts', async () => {
    const clock = new FakeClock();
    const { send, calls } = pipeline({ token: 'user' });
    const ctx = testContext({ clock, tokens: tokenSource(new Promise(() => undefined)).source });
    ctx.expireAfter(50);
    const sent = failureOf(send(get(), ctx));
    await turns();
    clock.advance(50);
    expect(await sent).toMatchObject({ code: 'deadline-exceeded' });
    expect(calls).toHaveLength(0);
  });

  it('leaves nothing behind when it came', async () => {
    const { send } = pipeline({ token: 'user' });
    const ctx = testContext({ tokens: tokenSource(Promise.resolve('Bearer late')).source });
    const off = jest.spyOn(ctx, 'offAbort');
    const on = jest.spyOn(ctx, 'onAbort');
    void send(get(), ctx).catch(() => undefined);
    const listener = on.mock.calls[0]![0];
    await turns();
    expect(off).toHaveBeenCalledWith(listener);
    ctx.abort(new BffError('client-aborted'));
  });

  it.each<BffErrorCode>(['unauthenticated', 'session-ended', 'identity-provider-unavailable'])(
    'fails with %s when the source does, whether at once or later, once, and without a call',
    async (code) => {
      const { send, calls } = pipeline({ token: 'user', retry: { attempts: 5, backoff: 0 } });
      let asked = 0;
      const fail = (): never => {
        asked++;
        throw new BffError(code);
      };
      expect(await failureOf(send(get(), testContext({ tokens: { tokenFor: fail } })))).toMatchObject({ code });
      const later = { tokenFor: () => Promise.resolve().then(fail) };
      expect(await failureOf(send(get(), testContext({ tokens: later })))).toMatchObject({ code });
      expect(asked).toBe(2);
      expect(calls).toHaveLength(0);
    },
  );

  it('fails as a mistake in the wiring when the request has no source', async () => {
    const { send, calls } = pipeline({ token: 'user' });
    expect(await failureOf(send(get(), testContext()))).toMatchObject({ code: 'internal', upstream: 'shop' });
    expect(calls).toHaveLength(0);
  });
});

describe('an identity provider that fails or is slow', () => {
  const CLOSED = { breaker: { minimumCalls: 3, slowCall: 100 } } as const;

  it('does not open the breaker of the upstream by failing', async () => {
    const { send, calls } = pipeline({ token: 'user', ...CLOSED });
    const away = { tokenFor: () => Promise.reject(new BffError('identity-provider-unavailable')) };
    for (let call = 0; call < 10; call++) {
      const error = await failureOf(send(get(), testContext({ tokens: away })));
      expect(error.code).toBe('identity-provider-unavailable');
    }
    void send(get(), testContext({ tokens: tokenSource('Bearer abc').source }));
    expect(calls).toHaveLength(1);
  });

  /** Calls that each wait `wait` milliseconds for the token and none for the upstream. */
  async function callSlowly(send: Send, calls: ReturnType<typeof scriptedSend>['calls'], times: number, wait: number) {
    const clock = new FakeClock();
    for (let call = 0; call < times; call++) {
      const token = new Promise<string>((resolve) => clock.after(wait, () => resolve('Bearer late')));
      const before = calls.length;
      const sent = send(get(), testContext({ clock, tokens: tokenSource(token).source }));
      clock.advance(wait);
      await turns();
      expect(calls).toHaveLength(before + 1);
      await calls[before]!.answer();
      await sent;
    }
  }

  it('does not make the upstream look slow to the breaker', async () => {
    const { send, calls } = pipeline({ token: 'user', ...CLOSED });
    await callSlowly(send, calls, 10, 500);
  });

  it('does not shrink the concurrency limit', async () => {
    const { send, calls } = pipeline({ token: 'user', concurrencyLimit: { initial: 8, min: 1, max: 8 } });
    await callSlowly(send, calls, 5, 0);
    await callSlowly(send, calls, 100, 2_000);
    const before = calls.length;
    for (let call = 0; call < 8; call++) {
      void send(get(), testContext({ tokens: tokenSource('Bearer abc').source }));
    }
    await turns();
    expect(calls).toHaveLength(before + 8);
  });

  it('takes its time from what the upstream is told to be left', async () => {
    const clock = new FakeClock();
    const { send, calls } = pipeline({ token: 'user', timeLeftHeader: 'x-timeout-ms' });
    const token = new Promise<string>((resolve) => clock.after(400, () => resolve('Bearer late')));
    const ctx = testContext({ clock, tokens: tokenSource(token).source });
    ctx.expireAfter(1_000);
    void send(get(), ctx).catch(() => undefined);
    clock.advance(400);
    await turns();
    expect(sentBy(calls[0]!.headers)).toMatchObject({ 'x-timeout-ms': '600' });
    ctx.abort(new BffError('client-aborted'));
  });
});

describe('what the upstream says of the token', () => {
  const challenge = ['www-authenticate', 'Bearer realm="internal"', 'etag', '"1"'];

  async function ask(options: Partial<UpstreamOptions>, status: number, ctx: Partial<RequestContext> = {}) {
    const { source, refusals } = tokenSource('Bearer abc');
    const { send, calls } = pipeline(options);
    const sent = send(get(), testContext({ tokens: source, ...ctx }));
    sent.catch(() => undefined);
    await turns();
    await calls[0]!.answer({ status, headers: challenge });
    return { sent, refusals, calls };
  }

  it('is not passed on when it is 401: the call fails, and the source is told', async () => {
    const { sent, refusals, calls } = await ask({ token: 'user', retry: { attempts: 3, backoff: 0 } }, 401);
    const error = await failureOf(sent);
    expect(error).toMatchObject({ code: 'upstream-status', upstream: 'shop', headers: undefined });
    expect(inspect(error, { depth: 10 })).not.toContain('abc');
    expect(refusals).toEqual(['Bearer abc']);
    expect(calls).toHaveLength(1);
  });

  it('lets go of the body of a 401', async () => {
    const body = new Readable({ read: () => undefined });
    const answer = { status: 401, headers: [], body };
    const send = credentials({ token: 'user', claims: {} }, 'shop')(() => Promise.resolve(answer));
    await failureOf(send(get(), testContext({ tokens: tokenSource('Bearer abc').source })));
    expect(body.destroyed).toBe(true);
  });

  it.each([200, 403, 500])('loses its challenge when it is %i', async (status) => {
    const { sent, refusals } = await ask({ token: 'user' }, status);
    expect(await sent).toMatchObject({ status, headers: ['etag', '"1"'] });
    expect(refusals).toEqual([]);
  });

  it('goes its way when the token was not ours', async () => {
    const { sent } = await ask({ token: 'none' }, 401);
    expect(await sent).toMatchObject({ status: 401, headers: challenge });
  });

  it('is no failure of the upstream: the breaker stays closed', async () => {
    const { send, calls } = pipeline({ token: 'user', breaker: { minimumCalls: 3 } });
    for (let call = 0; call < 10; call++) {
      const sent = failureOf(send(get(), testContext({ tokens: tokenSource('Bearer abc').source })));
      await turns();
      await calls[call]!.answer({ status: 401 });
      expect((await sent).code).toBe('upstream-status');
    }
  });

  it('is never replaced by what the same user was once answered', async () => {
    const { send, calls } = pipeline({ token: 'user', fallback: { lastGood: {}, answer: { body: '{}' } } });
    const call = () => {
      const sent = send(
        get(),
        testContext({ principal: testPrincipal('alice'), tokens: tokenSource('Bearer a').source }),
      );
      sent.catch(() => undefined);
      return sent;
    };
    const first = call();
    await calls[0]!.answer({ body: held('secret') });
    await first;
    const second = call();
    await calls[1]!.answer({ status: 401 });
    expect(await failureOf(second)).toMatchObject({ code: 'upstream-status' });
  });
});

describe('identity headers', () => {
  const claims = { 'x-user-id': 'sub', 'x-user-roles': 'roles', 'x-user-plan': 'plan' };

  it('go along with the user, without any token', () => {
    const { send, calls } = pipeline({ claims });
    const principal = testPrincipal('alice', { roles: new Set(['customer', 'vip']), claims: { plan: 'gold' } });
    void send(get(), testContext({ principal }));
    void send(get(), testContext({ principal }));
    for (const { headers } of calls) {
      expect(sentBy(headers)).toMatchObject({
        'x-user-id': 'alice',
        'x-user-roles': 'customer,vip',
        'x-user-plan': 'gold',
      });
      expect(headers).not.toContain('authorization');
    }
  });

  it('are those of the one who asks', () => {
    const { send, calls } = pipeline({ claims, coalesce: true });
    for (const name of ['alice', 'bob']) void send(get(), testContext({ principal: testPrincipal(name) }));
    expect(calls.map(({ headers }) => sentBy(headers)['x-user-id'])).toEqual(['alice', 'bob']);
  });

  it('are not there without a user', () => {
    const { send, calls } = pipeline({ claims });
    void send(get(), testContext());
    expect(Object.keys(sentBy(calls[0]!.headers)).filter((name) => name.startsWith('x-user'))).toEqual([]);
  });

  it('make the call fail when they cannot be told', async () => {
    const { send, calls } = pipeline({ claims });
    const principal = testPrincipal('alice', { claims: { plan: 'x'.repeat(5_000) } });
    expect(await failureOf(send(get(), testContext({ principal })))).toMatchObject({ code: 'forbidden' });
    expect(calls).toHaveLength(0);
  });
});
