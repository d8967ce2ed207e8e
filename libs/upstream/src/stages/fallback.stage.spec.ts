import { Readable } from 'node:stream';
import { BffError } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { held } from '../../test/scripted-send.ts';
import { events, type FallbackEvent } from '../events.ts';
import { FALLBACK, type FallbackOptions } from '../policies/fallback.policy.ts';
import { headerOf, type UpstreamRequest, type UpstreamResponse } from '../send.ts';
import { fallback } from './fallback.stage.ts';

const ANSWER = { body: '{"items":[]}' };
const GOOD: UpstreamResponse = { status: 200, headers: ['etag', '"1"'], body: held('good') };

function setUp(options: FallbackOptions) {
  const clock = new FakeClock();
  let outcome: UpstreamResponse | BffError = GOOD;
  const stage = fallback(
    FALLBACK.parse(options),
    'catalog',
  )((request) => {
    request.headers.push('x-added-inside', '1');
    return outcome instanceof BffError ? Promise.reject(outcome) : Promise.resolve(outcome);
  });
  return {
    clock,
    upstreamDoes: (next: UpstreamResponse | BffError) => void (outcome = next),
    ask: (request: Partial<UpstreamRequest> = {}, client: Record<string, string> = {}) =>
      stage(
        { method: 'GET', target: '/products', headers: ['accept', '*/*'], ...request },
        testContext({ clock, headers: client }),
      ),
  };
}

describe('fallback', () => {
  const FAILURES = [
    'upstream-connect',
    'upstream-connect-timeout',
    'upstream-timeout',
    'upstream-reset',
    'upstream-framing',
    'upstream-unavailable',
    'upstream-circuit-open',
    'upstream-saturated',
    'deadline-exceeded',
  ] as const;

  it('passes a good answer on as it is', async () => {
    const { ask } = setUp({ answer: ANSWER, lastGood: {} });
    await expect(ask()).resolves.toBe(GOOD);
  });

  describe('with an answer written down', () => {
    it.each(FAILURES)('gives it at %s, marked and not to be kept', async (code) => {
      const { upstreamDoes, ask } = setUp({ answer: ANSWER });
      upstreamDoes(new BffError(code));
      await expect(ask()).resolves.toEqual({
        status: 200,
        headers: [
          'content-type',
          'application/json',
          'cache-control',
          'no-store',
          'content-length',
          '12',
          'x-portico-fallback',
          'answer',
        ],
        body: held('{"items":[]}'),
      });
    });

    it('gives it at a 5xx, whose body is let go', async () => {
      const { upstreamDoes, ask } = setUp({ answer: { status: 203, contentType: 'text/plain', body: 'ä' } });
      const body = new Readable({ read: () => undefined });
      upstreamDoes({ status: 500, headers: [], body });
      const answer = await ask();
      expect(answer).toMatchObject({ status: 203, body: { length: 2 } });
      expect(headerOf(answer.headers, 'content-type')).toBe('text/plain');
      expect(body.destroyed).toBe(true);
    });

    it('gives HEAD its head only', async () => {
      const { upstreamDoes, ask } = setUp({ answer: ANSWER });
      upstreamDoes(new BffError('upstream-reset'));
      const { headers, body } = await ask({ method: 'HEAD' });
      expect(headerOf(headers, 'content-length')).toBe('12');
      expect(body).toEqual({ chunks: [], length: 0 });
    });

    it.each([404, 429, 304])('leaves %d alone', async (status) => {
      const { upstreamDoes, ask } = setUp({ answer: ANSWER });
      const answer = { ...GOOD, status };
      upstreamDoes(answer);
      await expect(ask()).resolves.toBe(answer);
    });

    it.each(['client-aborted', 'request-malformed', 'shutting-down', 'internal'] as const)(
      'leaves %s alone',
      async (code) => {
        const { upstreamDoes, ask } = setUp({ answer: ANSWER, lastGood: {} });
        await ask();
        upstreamDoes(new BffError(code));
        await expect(ask()).rejects.toMatchObject({ code });
      },
    );

    it('leaves a call alone that was given up because another upstream failed', async () => {
      const reason = new BffError('upstream-reset');
      const ctx = testContext();
      const stage = fallback(FALLBACK.parse({ answer: ANSWER }), 'catalog')(() => Promise.reject(reason));
      ctx.abort(reason);
      await expect(stage({ method: 'GET', target: '/', headers: [] }, ctx)).rejects.toBe(reason);
    });

    it('leaves methods that change something alone', async () => {
      const { upstreamDoes, ask } = setUp({ answer: ANSWER, lastGood: {} });
      upstreamDoes(new BffError('upstream-reset'));
      await expect(ask({ method: 'POST' })).rejects.toMatchObject({ code: 'upstream-reset' });
    });
  });

  describe('with the last good answer', () => {
    it.each(FAILURES)('gives it at %s, with its age', async (code) => {
      const { clock, upstreamDoes, ask } = setUp({ lastGood: {} });
      await ask();
      clock.advance(7_000);
      upstreamDoes(new BffError(code));
      await expect(ask()).resolves.toEqual({
        status: 200,
        headers: ['etag', '"1"', 'age', '7', 'x-portico-fallback', 'last-good'],
        body: { chunks: [new Uint8Array(Buffer.from('good'))], length: 4 },
      });
    });

    it('keeps all that a page asks for at once', async () => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      const targets = Array.from({ length: 20 }, (_, i) => `/products/${i}`);
      for (const target of targets) await ask({ target });
      upstreamDoes(new BffError('upstream-reset'));
      for (const target of targets) await expect(ask({ target })).resolves.toMatchObject({ status: 200 });
    });

    it('looks at 20 answers in 100 ms only', async () => {
      const { clock, upstreamDoes, ask } = setUp({ lastGood: {} });
      for (let i = 0; i < 21; i++) await ask({ target: `/products/${i}` });
      clock.advance(100);
      await ask({ target: '/products/21' });
      upstreamDoes(new BffError('upstream-reset'));
      await expect(ask({ target: '/products/20' })).rejects.toMatchObject({ code: 'upstream-reset' });
      await expect(ask({ target: '/products/21' })).resolves.toMatchObject({ status: 200 });
    });

    it('gives each its own list of headers', async () => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      await ask();
      upstreamDoes(new BffError('upstream-reset'));
      const [one, other] = [await ask(), await ask()];
      expect(one.headers).not.toBe(other.headers);
      expect(one.headers).toEqual(other.headers);
    });

    it('gives the answer written down when the last good one is too old', async () => {
      const { clock, upstreamDoes, ask } = setUp({ answer: ANSWER, lastGood: { maxAge: 1_000 } });
      await ask();
      upstreamDoes(new BffError('upstream-reset'));
      expect(headerOf((await ask()).headers, 'x-portico-fallback')).toBe('last-good');
      clock.advance(1_001);
      expect(headerOf((await ask()).headers, 'x-portico-fallback')).toBe('answer');
    });

    it.each([
      ['a failure', new BffError('upstream-reset'), { code: 'upstream-reset' }],
      ['a 5xx', { ...GOOD, status: 502 }, { status: 502 }],
    ] as const)('passes %s on when there is none', async (_, does, expected) => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      upstreamDoes(does);
      await expect(ask().catch((error: unknown) => error)).resolves.toMatchObject(expected);
    });

    it.each([
      ['another authorization', {}, { authorization: 'Bearer two', cookie: 'sid=1' }],
      ['another cookie', {}, { authorization: 'Bearer one', cookie: 'sid=2' }],
      ['no identity', {}, {}],
      ['another target', { target: '/products?page=2' }, undefined],
      ['another language', { headers: ['accept', '*/*', 'accept-language', 'de'] }, undefined],
      ['another method', { method: 'HEAD' }, undefined],
    ] as const)('never gives it to a request with %s', async (_, request, client) => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      const one = { authorization: 'Bearer one', cookie: 'sid=1' };
      await ask({}, one);
      upstreamDoes(new BffError('upstream-reset'));
      const other = { ...request, headers: [...('headers' in request ? request.headers : ['accept', '*/*'])] };
      await expect(ask(other, client ?? one)).rejects.toMatchObject({ code: 'upstream-reset' });
      await expect(ask({}, one)).resolves.toMatchObject({ status: 200 });
    });

    it.each([
      ['a 403', { ...GOOD, status: 403 }],
      ['a 404', { ...GOOD, status: 404 }],
      ['a refusal of the token', new BffError('upstream-status')],
    ])('forgets it at %s: who may not see it any more must not see it when the upstream fails', async (_, does) => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      await ask();
      upstreamDoes(does);
      await ask().catch(() => undefined);
      upstreamDoes(new BffError('upstream-reset'));
      await expect(ask()).rejects.toMatchObject({ code: 'upstream-reset' });
    });

    it('takes no notice of traces and conditions: a 200 says that they did not apply', async () => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      await ask({ headers: ['traceparent', '00-1', 'accept', '*/*', 'if-none-match', '"0"'] });
      upstreamDoes(new BffError('upstream-reset'));
      await expect(ask({ headers: ['traceparent', '00-2', 'accept', '*/*'] })).resolves.toMatchObject({ status: 200 });
    });

    it('keeps nothing for a client that forbids it', async () => {
      const { upstreamDoes, ask } = setUp({ lastGood: {} });
      await ask({ headers: ['accept', '*/*', 'cache-control', 'no-store'] });
      upstreamDoes(new BffError('upstream-reset'));
      await expect(ask()).rejects.toMatchObject({ code: 'upstream-reset' });
    });
  });

  it('says to whoever listens what was answered instead of what', async () => {
    const heard: unknown[] = [];
    const listener = (event: unknown) => void heard.push(event);
    events.fallback.subscribe(listener);
    const { upstreamDoes, ask } = setUp({ answer: ANSWER, lastGood: {} });
    await ask();
    const failure = new BffError('upstream-circuit-open');
    upstreamDoes(failure);
    await ask();
    upstreamDoes({ ...GOOD, status: 503 });
    await ask({ target: '/other' });
    events.fallback.unsubscribe(listener);
    const requestId = expect.any(String) as string;
    expect(heard).toEqual([
      { upstream: 'catalog', source: 'last-good', instead: 'upstream-circuit-open', failure, requestId },
      { upstream: 'catalog', source: 'answer', instead: '503', failure: undefined, requestId },
    ] satisfies FallbackEvent[]);
  });
});

describe('the setting fallback', () => {
  it('fills in what is left out', () => {
    expect(FALLBACK.parse({ answer: ANSWER, lastGood: {} })).toEqual({
      answer: { status: 200, contentType: 'application/json', body: '{"items":[]}' },
      lastGood: { maxAge: 60_000, entries: 500, maxBytes: 16 * 1024 * 1024 },
    });
  });

  it.each([{}, { answer: { ...ANSWER, contentType: 'text/plain\r\nx: y' } }, { answer: { ...ANSWER, status: 101 } }])(
    'refuses %j',
    (options) => {
      expect(FALLBACK.safeParse(options).success).toBe(false);
    },
  );
});
