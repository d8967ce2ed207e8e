import { Plan, view } from '@portico/aggregation';
import { makePrivate } from '@portico/core';
import { type FakeUpstream, growthOf, httpRequest, reply, type Script, startFakeUpstream } from '@portico/testing';
import { defineUpstream, type Upstream, type UpstreamOptions } from '@portico/upstream';
import fc from 'fast-check';
import { z } from 'zod';
import { openDoor } from '../test/open-door.ts';
import { type RunningApp, startApp } from '../test/start-app.ts';
import type { ForwardRoute, Route } from './index.ts';

const NO_TOKENS = { tokenFor: () => 'Bearer a' };
const AS_ALICE = { headers: { 'x-test-user': 'alice' } };

let upstream: FakeUpstream;
let app: RunningApp;
afterEach(async () => {
  await app?.close();
  await upstream?.close();
});

type Rows = (shop: Upstream) => Route[];

/** A BFF whose every caller is known, and an upstream that answers like this. */
async function start(script: Script, rows: Rows, options: Partial<UpstreamOptions> = {}): Promise<void> {
  upstream = await startFakeUpstream(script);
  const shop = defineUpstream('shop', { url: upstream.url, token: 'user', ...options });
  app = await startApp([shop], rows(shop), [openDoor(NO_TOKENS)]);
}

const row =
  (more: Partial<ForwardRoute> = {}): Rows =>
  (shop) => [{ methods: ['GET'], path: '/api/*', upstream: shop, to: '/*', auth: 'user', timeout: 2000, ...more }];

const page =
  (auth: Route['auth']): Rows =>
  (shop) => {
    const plan = Plan.for<object>()
      .required('one', () => shop.get`/one`)
      .optional('two', () => shop.get`/two`);
    return [{ methods: ['GET'], path: '/page', view: view({ input: z.object({}), plan }), auth, timeout: 2000 }];
  };

const saying = (fields: Readonly<Record<string, string>>) => reply({ json: { n: 1 }, headers: fields });

describe('a response that was made for a user', () => {
  it.each([
    [undefined, 'private'],
    ['max-age=60', 'private, max-age=60'],
    ['public, max-age=60', 'private, max-age=60'],
    ['Public , S-MaxAge=600,max-age=5, Proxy-Revalidate', 'private, max-age=5'],
    ['s-maxage="600"', 'private'],
    ['private="set-cookie", max-age=60', 'private, max-age=60'],
    ['private', 'private'],
    ['no-store', 'no-store'],
    ['must-understand, no-store, public', 'private, must-understand, no-store'],
    ['no-cache="a, public", must-revalidate', 'private, no-cache="a, public", must-revalidate'],
    ['publicity=1, stale-while-revalidate=9', 'private, publicity=1, stale-while-revalidate=9'],
    ['"public', 'private'],
  ])('leaves as private on a row, whatever its upstream said: %j', async (said, leaves) => {
    await start(saying(said === undefined ? {} : { 'cache-control': said }), row());
    const { headers } = await httpRequest(`${app.url}/api/orders`, AS_ALICE);
    expect(headers['cache-control']).toBe(leaves);
  });

  it.each([200, 201, 203, 301, 304, 404, 410, 500, 503])('leaves as private with status %i too', async (status) => {
    await start(reply({ status, headers: { 'cache-control': 'public, max-age=60' } }), row(), { retry: false });
    const answer = await httpRequest(`${app.url}/api/orders`, AS_ALICE);
    expect([answer.status, answer.headers['cache-control']]).toEqual([status, 'private, max-age=60']);
  });

  it('has one Cache-Control, however many its upstream sent', async () => {
    const headers = ['cache-control', 'public', 'cache-control', 'max-age=60', 'content-type', 'application/json'];
    await start(reply({ body: '{}', headers }), row());
    const answer = await httpRequest(`${app.url}/api/orders`, AS_ALICE);
    expect(answer.headers['cache-control']).toBe('private, max-age=60');
  });

  it('says nothing to shared caches by another name, even where the row lets that pass or says it', async () => {
    const names = [
      'surrogate-control',
      'cdn-cache-control',
      'vercel-cdn-cache-control',
      'x-accel-expires',
      'edge-control',
    ];
    const said = Object.fromEntries(names.map((name) => [name, name === 'x-accel-expires' ? '60' : 'max-age=60']));
    const response = {
      allow: names,
      set: { 'cache-control': 'public, max-age=60', 'akamai-cache-control': 'max-age=9' },
    };
    await start(saying({ ...said, expires: 'Fri, 01 Jan 2100 00:00:00 GMT' }), row({ headers: { response } }));
    const { headers } = await httpRequest(`${app.url}/api/orders`, AS_ALICE);
    expect(headers).toMatchObject({ 'cache-control': 'private, max-age=60' });
    expect(Object.keys(headers).filter((name) => /cache-control|surrogate|accel|edge/.test(name))).toEqual([
      'cache-control',
    ]);
  });

  it('is private when it is a replacement', async () => {
    const fallback = { lastGood: {}, answer: { body: '{}' } };
    const gone = reply({ status: 503 });
    await start([saying({ 'cache-control': 'public, max-age=60' }), gone], row(), { retry: false, fallback });
    const paths = ['orders', 'orders', 'others'];
    const seen: unknown[] = [];
    for (const path of paths) {
      const { headers } = await httpRequest(`${app.url}/api/${path}`, AS_ALICE);
      seen.push([headers['x-portico-fallback'], headers['cache-control']]);
    }
    expect(seen).toEqual([
      [undefined, 'private, max-age=60'],
      ['last-good', 'private, max-age=60'],
      ['answer', 'no-store'],
    ]);
  });

  it('is private on a row that requires more than a user, and on a public one that knows its caller', async () => {
    for (const auth of [{ roles: ['staff'] }, 'public'] as const) {
      await start(saying({ 'cache-control': 'public' }), row({ auth }), {
        token: 'none',
        claims: { 'x-user-id': 'sub' },
      });
      const { headers } = await httpRequest(`${app.url}/api/orders`, AS_ALICE);
      expect(headers['cache-control']).toBe('private');
      await app.close();
      await upstream.close();
    }
  });

  it('leaves as private from a view, with what it varies by', async () => {
    await start(
      {
        '/one': saying({ 'cache-control': 'public, max-age=60, s-maxage=90', vary: 'Accept-Language, X-A' }),
        '/two': saying({ 'cache-control': 'max-age=30', vary: 'x-a,Authorization' }),
      },
      page('user'),
    );
    const { headers } = await httpRequest(`${app.url}/page`, AS_ALICE);
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=30',
      vary: 'accept-language, x-a, authorization',
    });
  });

  it('leaves as private from a view whose parts say nothing, and is not stored when one of them is missing', async () => {
    for (const [two, leaves] of [
      [saying({}), 'private, no-cache'],
      [reply({ status: 500 }), 'no-store'],
    ] as const) {
      await start({ '/one': saying({}), '/two': two }, page('user'));
      const { headers } = await httpRequest(`${app.url}/page`, AS_ALICE);
      expect(headers['cache-control']).toBe(leaves);
      await app.close();
      await upstream.close();
    }
  });

  it('is never open to shared caches, whatever any field says', () => {
    const directive = fc.constantFrom(
      'public',
      'private',
      'private="a"',
      's-maxage=9',
      'S-MAXAGE = "9"',
      'max-age=9',
      'x="public',
      '"',
      ',',
      '=',
      '\\',
    );
    const name = fc.constantFrom('cache-control', 'surrogate-control', 'x-cdn-cache-control', 'etag');
    const field = fc.tuple(
      name,
      fc.array(directive).map((list) => list.join(', ')),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const headers = fields.flat();
        makePrivate(headers);
        const said = headers.filter((_, i) => i % 2 === 1 && headers[i - 1] === 'cache-control');
        expect(said).toHaveLength(1);
        expect(said[0]).toMatch(/^(?:private(?:, |$)|no-store$)/);
        expect(said[0]!.replace(/"(?:[^"\\]|\\.)*"?/g, '')).not.toMatch(/public|s-maxage/i);
        expect(headers.filter((_, i) => i % 2 === 0 && /control/.test(headers[i]!))).toEqual(['cache-control']);
      }),
    );
  });

  it.each(['a', ' ', ',', '"', '\\', '=', 'a=', 'a ', '"\\'])(
    'is made private in linear time when it says many %j',
    (piece) => {
      const make = (size: number): string[] => ['cache-control', piece.repeat(size)];
      expect(growthOf({ make, work: makePrivate }, 4_000)).toBeLessThan(4);
    },
  );
});

describe('a response that is for everybody', () => {
  it('keeps what its upstream says to caches', async () => {
    await start(saying({ 'cache-control': 'public, s-maxage=9' }), row({ auth: 'public' }), { token: 'none' });
    const { headers } = await httpRequest(`${app.url}/api/products`);
    expect(headers['cache-control']).toBe('public, s-maxage=9');
  });

  it('keeps in a view the union of what its parts vary by, * included', async () => {
    await start(
      { '/one': saying({ 'cache-control': 'max-age=60', vary: 'Accept' }), '/two': saying({ vary: 'X-A, *' }) },
      page('public'),
      { token: 'none' },
    );
    const { headers } = await httpRequest(`${app.url}/page`);
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', vary: '*' });
  });
});
