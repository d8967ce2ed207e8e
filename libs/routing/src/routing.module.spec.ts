import { type CanActivate, ForbiddenException, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigError } from '@portico/core';
import { httpRequest, reply } from '@portico/testing';
import { type FakeUpstream, startFakeUpstream } from '@portico/testing';
import { defineUpstream, type Upstream } from '@portico/upstream';
import type { FastifyRequest } from 'fastify';
import { type RunningApp, startApp } from '../test/start-app.ts';
import { type ForwardRoute, type Method, type Route, RoutingModule } from './index.ts';
import { declareRoutes } from './route-table.ts';

function row(upstream: Upstream, methods: readonly Method[], path: string): ForwardRoute {
  return {
    methods,
    path,
    upstream,
    to: '/fixed',
    auth: 'public',
    timeout: 2000,
    headers: { request: { set: { 'x-row': path } } },
  };
}

describe('a route table', () => {
  let upstream: FakeUpstream;
  let app: RunningApp;

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ body: 'ok' }));
    const shop = defineUpstream('shop', { url: upstream.url });
    app = await startApp(
      [shop],
      [
        row(shop, ['GET'], '/api/products/:id'),
        row(shop, ['PATCH'], '/api/products/:name'),
        row(shop, ['POST'], '/api/products/search'),
        row(shop, ['DELETE'], '/api/*'),
        row(shop, ['POST', 'PUT'], '/other'),
      ],
    );
  });
  afterAll(async () => {
    await app?.close();
    await upstream.close();
  });

  it.each([
    ['GET', '/api/products/1', '/api/products/:id'],
    ['HEAD', '/api/products/1', '/api/products/:id'],
    ['PATCH', '/api/products/1', '/api/products/:name'],
    ['POST', '/api/products/search', '/api/products/search'],
    ['GET', '/api/products/search', '/api/products/:id'],
    ['DELETE', '/api/products/search', '/api/*'],
    ['DELETE', '/api/products/1', '/api/*'],
    ['DELETE', '/api/', '/api/*'],
    ['PUT', '/other', '/other'],
  ])('answers %s %s by the row %s', async (method, path, template) => {
    expect((await httpRequest(`${app.url}${path}`, { method })).status).toBe(200);
    expect(upstream.requests.at(-1)?.headers['x-row']).toBe(template);
    expect(app.contexts.at(-1)?.route).toBe(template);
  });

  it.each([
    ['PUT', '/api/products/1', 'GET, HEAD, PATCH'],
    ['OPTIONS', '/api/products/1', 'GET, HEAD, PATCH'],
    ['PUT', '/api/products/search', 'POST'],
    ['GET', '/other', 'POST, PUT'],
    ['GET', '/api/x/y', 'DELETE'],
  ])('answers %s %s with 405 and Allow: %s', async (method, path, allow) => {
    const before = upstream.requests.length;
    const answer = await httpRequest(`${app.url}${path}`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(upstream.requests).toHaveLength(before);
  });

  it.each(['/', '/api', '/api/products', '/API/products/1', '/other/'])('knows nothing of %s', async (path) => {
    expect([404, 405]).toContain((await httpRequest(`${app.url}${path}`)).status);
  });
});

describe('case 42: an empty parameter', () => {
  it('never turns one path of the upstream into another', async () => {
    const upstream = await startFakeUpstream(reply({ body: 'ok' }));
    const shop = defineUpstream('shop', { url: upstream.url });
    const app = await startApp(
      [shop],
      [
        { ...row(shop, ['GET', 'POST'], '/api/orders/:id'), to: '/orders/:id' },
        { ...row(shop, ['GET', 'POST'], '/api/orders/:id/lines/:line'), to: '/orders/:id/lines/:line' },
      ],
    );
    const paths = [
      '/api/orders/',
      '/api/orders//',
      '/api/orders//lines/1',
      '/api/orders/1/lines/',
      '/api/orders/?id=1',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const { status } = await httpRequest(`${app.url}${path}`, { method });
        expect({ method, path, status }).toEqual({ method, path, status: 404 });
      }
    }
    expect(upstream.requests).toHaveLength(0);
    await app.close();
    await upstream.close();
  });
});

describe('the guards of the application', () => {
  const asked: { handler: unknown; path: string }[] = [];
  const pass: CanActivate = {
    canActivate: (context) => {
      asked.push({ handler: context.getHandler(), path: context.switchToHttp().getRequest<FastifyRequest>().url });
      return true;
    },
  };

  async function statuses(...guards: CanActivate[]) {
    const upstream = await startFakeUpstream(reply({ body: 'ok' }));
    const shop = defineUpstream('shop', { url: upstream.url });
    const rows = [row(shop, ['GET', 'POST'], '/a'), row(shop, ['GET'], '/b/*')];
    const app = await startApp([shop], rows, guards);
    const answers = [];
    for (const [method, path] of [
      ['GET', '/a'],
      ['HEAD', '/a'],
      ['POST', '/a'],
      ['GET', '/b/c'],
    ] as const) {
      answers.push((await httpRequest(`${app.url}${path}`, { method })).status);
    }
    await app.close();
    await upstream.close();
    return { answers, reached: upstream.requests.length };
  }

  it('stand before every row and method, and know the row by its handler', async () => {
    expect(await statuses(pass)).toEqual({ answers: [200, 200, 200, 200], reached: 4 });
    expect(asked.map(({ path }) => path)).toEqual(['/a', '/a', '/a', '/b/c']);
    expect(new Set(asked.map(({ handler }) => handler)).size).toBe(2);
  });

  it.each<[string, CanActivate]>([
    ['says no', { canActivate: () => false }],
    ['says no later', { canActivate: () => Promise.resolve(false) }],
    ['says nothing', { canActivate: () => undefined as never }],
    [
      'throws',
      {
        canActivate: () => {
          throw new ForbiddenException();
        },
      },
    ],
  ])('let nothing through when one %s', async (_, guard) => {
    expect(await statuses(pass, guard)).toEqual({ answers: [403, 403, 403, 403], reached: 0 });
  });
});

describe('RoutingModule.forRoot', () => {
  it('lists everything that is wrong with name, upstreams, routes and views at once, when the application starts', async () => {
    const bad = defineUpstream('bad', { url: 'nowhere' });
    const routes = [
      { ...row(bad, ['GET'], '/a'), timeout: -1 },
      row(defineUpstream('other', { url: 'http://127.0.0.1:1' }), ['GET'], '/b'),
    ];
    class AppModule {}
    Module({ imports: [RoutingModule.forRoot({ name: 'a b', upstreams: [bad], routes })] })(AppModule);
    const start = NestFactory.createApplicationContext(AppModule, { abortOnError: false, logger: false });
    const problems = await start.then(() => [], ConfigError.problemsOf);
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).toMatch(
      /name "a b"[^]*timeout must[^]*"other" is not in the list[^]*upstream bad: url/,
    );
  });

  it('freezes the table', () => {
    const shop = defineUpstream('shop', { url: 'http://127.0.0.1:1' });
    const routes: Route[] = [row(shop, ['GET'], '/a')];
    declareRoutes({ name: 'test-bff', upstreams: [shop], routes });
    expect(Object.isFrozen(routes)).toBe(true);
    expect(() => Object.assign(routes[0]!, { auth: 'none' })).toThrow(TypeError);
    expect(() => (routes[0]!.methods as Method[]).push('POST')).toThrow(TypeError);
  });

  it('boots 2,000 routes with less than 8 s of processor time', async () => {
    const shop = defineUpstream('shop', { url: 'http://127.0.0.1:1' });
    const routes = Array.from({ length: 2000 }, (_, i) =>
      row(shop, ['GET'], `/api/group-${i % 40}/kind-${i}/:id/x/:item`),
    );
    const before = process.cpuUsage();
    const app = await startApp([shop], routes);
    const { user, system } = process.cpuUsage(before);
    await app.close();
    expect((user + system) / 1e6).toBeLessThan(8);
  }, 60_000);
});
