import { Controller, Delete, Get, Inject, Injectable, Module, type OnModuleInit, Patch } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { declareRoute, type RouteDeclaration } from '@portico/core';
import { httpRequest } from '@portico/testing';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { type Demo, startDemo } from '../test/demo.ts';

const ORIGIN = 'https://shop.example';

@Controller('things')
class ThingsController {
  @Get(':id')
  find(): { found: true } {
    return { found: true };
  }

  @Patch(':id')
  @Delete(':id')
  change(): { changed: true } {
    return { changed: true };
  }
}

/** Registers routes as the route table does. */
@Injectable()
class Rows implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const add = (method: HTTPMethods[], url: string, declaration: RouteDeclaration): void => {
      const handler = () => Promise.resolve({ row: url });
      declareRoute(handler, declaration);
      fastify.route({ method, url, handler });
    };
    const response = ['x-total-count', 'content-disposition', 'etag', 'content-type', 'cache-control', 'set-cookie'];
    const refused: HTTPMethods[] = ['POST', 'DELETE', 'PATCH', 'OPTIONS'];
    add(['GET', ...refused], '/rows/:id', {
      kind: 'guarded',
      refused,
      fields: { request: ['accept', 'if-none-match', 'x-shop'], response },
    });
    add(['PUT'], '/rows/:id', {
      kind: 'guarded',
      fields: { request: ['content-type', 'if-match'], response: ['etag'] },
    });
    add(['POST', 'DELETE', 'GET'], '/rows/*', { kind: 'guarded' });
  }
}

@Module({ providers: [Rows], controllers: [ThingsController] })
class RowsModule {}

describe('CORS by the route', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ CORS_ORIGINS: ORIGIN, CORS_MAX_AGE: '7200' }, { module: RowsModule });
  });
  afterAll(() => demo.close());

  const preflight = (path: string, method: string) =>
    httpRequest(`${demo.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': method },
    });
  const listed = (value: unknown): readonly string[] => String(value).split(', ');

  it('allows the methods that the path has, and no others', async () => {
    const { status, headers } = await preflight('/rows/1', 'DELETE');
    expect(status).toBe(204);
    expect(headers['access-control-allow-methods']).toBe('GET, HEAD, PUT');
    expect(headers).not.toHaveProperty('access-control-allow-headers');
    expect((await preflight('/things/1', 'PATCH')).headers['access-control-allow-methods']).toContain('PATCH');
  });

  it.each([
    ['GET', ['accept', 'if-none-match', 'x-shop'], ['content-type', 'if-match']],
    ['PUT', ['content-type', 'if-match'], ['accept', 'x-shop', 'if-none-match']],
  ])('allows what the row lets pass for %s, and what the gateway reads itself', async (method, passing, others) => {
    const allowed = listed((await preflight('/rows/1?a=%zz', method)).headers['access-control-allow-headers']);
    const ofGateway = ['authorization', 'dpop', 'x-csrf', 'traceparent', 'tracestate', 'x-request-id'];
    expect(allowed).toEqual(expect.arrayContaining([...passing, ...ofGateway]));
    expect(allowed.filter((name) => others.includes(name))).toEqual([]);
  });

  it('says for how long a preflight holds', async () => {
    expect((await preflight('/rows/1', 'GET')).headers['access-control-max-age']).toBe('7200');
  });

  it.each(['/nothing', '/rows', '/things/1/2', '/rows/%zz', '/%'])(
    'answers 404 for a path that is none: %s',
    async (path) => {
      const { status, headers } = await preflight(path, 'GET');
      expect(status).toBe(404);
      expect(headers).not.toHaveProperty('access-control-allow-methods');
      expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    },
  );

  it('exposes what the row lets pass, without what scripts may read anyway or never', async () => {
    const { headers } = await httpRequest(`${demo.url}/rows/1`, { headers: { origin: ORIGIN } });
    const exposed = listed(headers['access-control-expose-headers']);
    const ofGateway = ['dpop-nonce', 'retry-after', 'server-timing', 'www-authenticate', 'x-request-id'];
    expect(exposed).toEqual([
      'content-disposition',
      ...ofGateway.slice(0, 1),
      'etag',
      ...ofGateway.slice(1),
      'x-total-count',
    ]);
  });

  it('takes a wide list where the route does not say', async () => {
    const { headers } = await httpRequest(`${demo.url}/things/1`, { headers: { origin: ORIGIN } });
    expect(listed(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining(['etag', 'link', 'x-portico-parts', 'x-request-id']),
    );
    const allowed = listed((await preflight('/things/1', 'GET')).headers['access-control-allow-headers']);
    expect(allowed).toEqual(expect.arrayContaining(['if-none-match', 'prefer', 'dpop', 'idempotency-key']));
  });
});
