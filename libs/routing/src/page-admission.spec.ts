import { setTimeout as pause } from 'node:timers/promises';
import { Plan, type View, view } from '@portico/aggregation';
import {
  eventually,
  type FakeUpstream,
  hang,
  httpRequest,
  type HttpAnswer,
  reply,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream, type Upstream, type UpstreamOptions } from '@portico/upstream';
import { z } from 'zod';
import { type RunningApp, startApp } from '../test/start-app.ts';
import type { Route } from './route.ts';

const input = z.object({});
const late = (milliseconds: number): ReturnType<typeof reply> => {
  const answer = reply({ json: {} });
  return (...parameters) => void pause(milliseconds).then(() => answer(...parameters));
};

describe('pages under load', () => {
  const open: Array<{ close(): Promise<void> }> = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function upstreamOf(script: Parameters<typeof startFakeUpstream>[0]): Promise<FakeUpstream> {
    const upstream = await startFakeUpstream(script);
    open.push(upstream);
    return upstream;
  }

  async function bffWith(upstreams: readonly Upstream[], routes: readonly Route[]): Promise<RunningApp> {
    const app = await startApp(upstreams, routes);
    // Before its upstreams: connections first.
    open.unshift(app);
    return app;
  }

  function shopAt({ url }: FakeUpstream, name: string, bulkhead: UpstreamOptions['bulkhead']): Upstream {
    return defineUpstream(name, { url, bulkhead, retry: false, breaker: false });
  }

  const row = (path: string, page: View): Route => ({
    methods: ['GET'],
    path,
    view: page,
    auth: 'public',
    timeout: 3_000,
  });

  const fourParts = ({ get }: Upstream) =>
    Plan.for<object>()
      .required('a', () => get`/a`)
      .required('b', () => get`/b`)
      .required('c', () => get`/c`)
      .required('d', () => get`/d`, { after: ['a'] });

  it('are answered whole or refused before their first call, with the time after which to come again', async () => {
    const [first, second] = [await upstreamOf(late(5)), await upstreamOf(late(20))];
    const catalog = shopAt(first, 'catalog', {});
    const reviews = shopAt(second, 'reviews', { calls: 4, queue: 20, queueTimeout: 50 });
    const plan = fourParts(reviews).required('e', () => catalog.get`/e`);
    const app = await bffWith([catalog, reviews], [row('/page', view({ input, plan }))]);
    // Each client asks again at once, so that the line is full all the time.
    const client = async (): Promise<HttpAnswer[]> => {
      const answers: HttpAnswer[] = [];
      while (answers.length < 8) answers.push(await httpRequest(`${app.url}/page`));
      return answers;
    };
    const answers = (await Promise.all(Array.from({ length: 16 }, client))).flat();
    const refused = answers.filter(({ status }) => status === 503);
    const whole = answers.filter(({ status }) => status === 200);
    expect(whole.length + refused.length).toBe(answers.length);
    expect(whole.length).toBeGreaterThanOrEqual(6);
    expect(refused.length).toBeGreaterThan(0);
    expect([first.requests.length, second.requests.length]).toEqual([whole.length, 4 * whole.length]);
    for (const answer of refused) {
      expect(answer.json()).toMatchObject({ code: 'upstream-saturated' });
      expect(answer.headers['retry-after']).toBe('1');
    }
  });

  it('wait, let rows between them have their turn, and leave none of them out', async () => {
    const upstream = await upstreamOf(late(5));
    const shop = shopAt(upstream, 'shop', { calls: 4, queue: 200, queueTimeout: 20_000 });
    const routes: Route[] = [
      row('/page', view({ input, plan: fourParts(shop) })),
      { methods: ['GET'], path: '/row', upstream: shop, to: '/row', auth: 'public', timeout: 5_000 },
    ];
    const app = await bffWith([shop], routes);
    const paths = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? '/page' : '/row'));
    const answers = await Promise.all(paths.map((path) => httpRequest(`${app.url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  });

  it('hold nothing of one upstream while they wait for another, which may hang', async () => {
    const [healthy, hung] = [await upstreamOf(reply({ json: {} })), await upstreamOf(hang())];
    const catalog = shopAt(healthy, 'catalog', { calls: 4 });
    const reviews = shopAt(hung, 'reviews', { calls: 2 });
    const plan = Plan.for<object>()
      .required('product', () => catalog.get`/product`)
      .required('reviews', () => reviews.get`/reviews`);
    const routes: Route[] = [
      row('/page', view({ input, plan })),
      { methods: ['GET'], path: '/row', upstream: catalog, to: '/row', auth: 'public', timeout: 5_000 },
    ];
    const app = await bffWith([catalog, reviews], routes);
    const pages = Array.from({ length: 20 }, () => httpRequest(`${app.url}/page`));
    await eventually(() => hung.requests.length === 2);
    for (let count = 0; count < 20; count++) expect((await httpRequest(`${app.url}/row`)).status).toBe(200);
    const statuses = (await Promise.all(pages)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(18).fill(503), 504, 504]);
    expect(hung.requests).toHaveLength(2);
  });

  it('lose what is optional, and not their answer, to an upstream that hangs', async () => {
    const [healthy, hung] = [await upstreamOf(reply({ json: {} })), await upstreamOf(hang())];
    const catalog = shopAt(healthy, 'catalog', {});
    const reviews = shopAt(hung, 'reviews', { calls: 1, queue: 1 });
    const plan = Plan.for<object>()
      .required('product', () => catalog.get`/product`)
      .optional('reviews', () => reviews.get`/reviews`, { timeout: 300 });
    const app = await bffWith([catalog, reviews], [row('/page', view({ input, plan }))]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => httpRequest(`${app.url}/page`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  });

  it('do not start when an upstream can never take what they need at once', async () => {
    const upstream = await upstreamOf(reply({ json: [] }));
    const shop = shopAt(upstream, 'shop', { calls: 4 });
    const plan = Plan.for<object>()
      .required('head', () => shop.get`/head`)
      .requiredEach('lines', () => ['1'], { call: (key) => shop.get`/lines/${key}`, concurrency: 8 });
    await expect(startApp([shop], [row('/page', view({ input, plan }))])).rejects.toThrow(
      'the plan has 9 calls to upstream "shop" under way at once, which takes 4: lower the concurrency of "lines", or raise bulkhead.calls of "shop"',
    );
  });
});
