import {
  All,
  Body,
  Controller,
  Delete,
  type DynamicModule,
  forwardRef,
  Get,
  Module,
  Patch,
  Post,
  Put,
  type Type,
} from '@nestjs/common';
import { AuditTrailModule, AuthModule } from '@portico/auth';
import { Allow, MaxBody, Timeout } from '@portico/core';
import { type Route, RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { defineUpstream, type UpstreamOptions } from '@portico/upstream';
import { parseAccepted } from './accepted.ts';
import { audit } from './audit.ts';
import { describeBff } from './describe-bff.ts';
import type { BffDescription } from './operation.ts';
import { violationsOf } from './rules.ts';

const who = { name: 'test-bff', port: 3000 };

const shop = (options: Partial<UpstreamOptions> = {}) =>
  defineUpstream('shop', { url: 'http://127.0.0.1:1', ...options });

interface TestBff {
  readonly routes?: readonly Route[];
  readonly controllers?: Type[];
  readonly upstream?: ReturnType<typeof shop>;
  readonly scope?: string;
  readonly door?: 'cookie' | 'bearer' | 'none';
  readonly modules?: DynamicModule[];
  readonly unguardedRoutes?: BffOptions['unguardedRoutes'];
}

/** A small BFF, as the audit sees it. */
async function bffWith(bff: TestBff): Promise<BffDescription> {
  const { routes = [], controllers = [], upstream = shop(), scope = 'web', door = 'cookie', modules = [] } = bff;
  const doors = door === 'none' ? [] : [AuthModule[door](who)];
  @Module({
    imports: [...doors, ...modules, RoutingModule.forRoot({ ...who, upstreams: [upstream], routes })],
    controllers,
  })
  class TestModule {}
  const { unguardedRoutes = [] } = bff;
  return describeBff({ ...who, module: TestModule, unguardedRoutes }, scope);
}

/** A row with the least that a row must say. */
function row(fields: Partial<Extract<Route, { to: string }>>): Route {
  const path = fields.path ?? '/api/orders';
  return { methods: ['GET'], path, upstream: shop(), to: path.slice(4), auth: 'user', timeout: 1_000, ...fields };
}

async function rulesBrokenBy(bff: TestBff): Promise<readonly string[]> {
  return violationsOf(await bffWith(bff))
    .filter(({ operation }) => !operation.includes(' /bff/'))
    .map(({ rule, operation }) => `${rule} ${operation}`);
}

describe('the rules', () => {
  it('are kept by rows that ask for a user and stay within the limits', async () => {
    const rows = [
      row({ methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], timeout: 30_000, maxBodyBytes: 10 * 1024 ** 2 }),
      row({ path: '/api/products', auth: 'public' }),
    ];
    expect(await rulesBrokenBy({ routes: rows })).toEqual([]);
  });

  it('P001: a handler states who may call it', async () => {
    @Controller('reports')
    class Reports {
      @Get('all')
      all(): void {}

      @Get('mine')
      @Allow('user')
      mine(): void {}

      /** Serves nothing. */
      helper(): void {}
    }
    expect(await rulesBrokenBy({ controllers: [Reports] })).toEqual(['P001 GET /reports/all']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('P002: %s is for nobody in particular', async (method) => {
    const routes = [row({ methods: ['GET', method], auth: 'public' })];
    expect(await rulesBrokenBy({ routes })).toEqual([`P002 GET,${method} /api/orders`]);
  });

  it('P002: neither is the method of a controller, whatever decorator it has', async () => {
    @Controller()
    class Open {
      @All('any')
      @Allow('public')
      any(): void {}

      @Put(['one', '/two/'])
      @Allow('public')
      put(): void {}

      @Patch(':id')
      @Allow('public')
      patch(): void {}

      @Delete()
      @Allow('public')
      remove(): void {}
    }
    expect(await rulesBrokenBy({ controllers: [Open] })).toEqual([
      'P002 GET,POST,PUT,PATCH,DELETE,OPTIONS /any',
      'P002 PUT /one',
      'P002 PUT /two',
      'P002 PATCH /:id',
      'P002 DELETE /',
    ]);
  });

  it.each([{ client: {} }, { client: { scope: 'read' } }, { exchange: { audience: 'orders' } }, 'user'] as const)(
    'P003: strangers do not act with the token %j',
    async (token) => {
      const upstream = shop({ token });
      const rows = (auth: 'public' | 'user') => [row({ auth, upstream })];
      expect(await rulesBrokenBy({ upstream, routes: rows('public') })).toEqual(['P003 GET /api/orders']);
      expect(await rulesBrokenBy({ upstream, routes: rows('user') })).toEqual([]);
    },
  );

  it('P004 and P005: limits', async () => {
    const routes = [
      row({ timeout: 30_001 }),
      row({ path: '/api/files', methods: ['PUT'], maxBodyBytes: 10 * 1024 ** 2 + 1 }),
      row({ path: '/api/pages', maxBodyBytes: 10 * 1024 ** 2 + 1 }),
    ];
    expect(await rulesBrokenBy({ routes })).toEqual(['P004 GET /api/orders', 'P005 PUT /api/files']);
  });

  const staff = { roles: ['staff'] };

  it.each<[string, Route[], string[]]>([
    [
      'another path to the same operation',
      [
        row({ methods: ['POST'], path: '/api/orders/:id/pay', auth: staff }),
        row({ methods: ['POST'], path: '/api/pay/:order', to: '/orders/:order/pay' }),
      ],
      ['P006 POST /api/pay/:order'],
    ],
    [
      'a wide row under another path',
      [
        row({ methods: ['POST'], path: '/api/orders/:id/pay', auth: staff }),
        row({ methods: ['POST'], path: '/raw/*', to: '/*' }),
      ],
      ['P006 POST /raw/*'],
    ],
    [
      'a wide row whose narrow one moved',
      [
        row({ path: '/api/pay/:id', to: '/orders/:id/pay', auth: staff }),
        row({ path: '/api/*', to: '/*', auth: 'user' }),
      ],
      ['P006 GET /api/*'],
    ],
    [
      'a public row beside one for users',
      [row({ path: '/api/orders/:id' }), row({ path: '/api/track/:id', to: '/orders/:id', auth: 'public' })],
      ['P006 GET /api/track/:id'],
    ],
    [
      'none: the router prefers the narrow row',
      [row({ path: '/api/orders/:id/pay', auth: staff }), row({ path: '/api/*', to: '/*' })],
      [],
    ],
    [
      'none: other methods',
      [
        row({ methods: ['POST'], path: '/api/orders/:id', auth: staff }),
        row({ path: '/api/track/:id', to: '/orders/:id' }),
      ],
      [],
    ],
    [
      'none: the same is asked',
      [row({ path: '/api/orders/:id', auth: staff }), row({ path: '/api/track/:id', to: '/orders/:id', auth: staff })],
      [],
    ],
    [
      'none: other operations',
      [row({ path: '/api/orders/:id', auth: staff }), row({ path: '/api/orders/:id/lines' })],
      [],
    ],
  ])('P006: no way round a guard: %s', async (_what, routes, broken) => {
    expect(await rulesBrokenBy({ routes })).toEqual(broken);
  });

  it('P007: in a BFF for staff everything asks for more than a user, but login, probes and files', async () => {
    const routes = [
      row({}),
      row({ path: '/api/products', auth: 'public' }),
      row({ path: '/api/stock', auth: { roles: ['staff'] } }),
      row({ path: '/bffs', to: '/bffs' }),
    ];
    expect(await rulesBrokenBy({ routes, scope: 'admin' })).toEqual([
      'P007 GET /api/orders',
      'P007 GET /api/products',
      'P007 GET /bffs',
    ]);
    expect(await rulesBrokenBy({ routes, scope: 'web' })).toEqual([]);
    const ofAdmin = async (rows: readonly Route[]): Promise<readonly string[]> =>
      violationsOf(await bffWith({ routes: rows, scope: 'admin' }))
        .filter(({ rule }) => rule === 'P007')
        .map(({ operation }) => operation);
    expect(await ofAdmin([])).toEqual([]);
    expect(await ofAdmin([row({ path: '/bff/reports', to: '/reports' })])).toEqual(['GET /bff/reports']);
  });

  it('lists a route on Fastify itself as open to everybody, and holds it against the rules', async () => {
    const unguardedRoutes = [
      { methods: ['GET'], path: '/metrics' },
      { methods: ['POST'], path: '/hooks' },
    ];
    expect(await rulesBrokenBy({ unguardedRoutes })).toEqual(['P002 POST /hooks']);
    expect(await rulesBrokenBy({ unguardedRoutes, scope: 'admin' })).toEqual([
      'P002 POST /hooks',
      'P007 GET /metrics',
      'P007 POST /hooks',
    ]);
    const { operations } = await bffWith({ unguardedRoutes });
    expect(operations.filter(({ kind }) => kind === 'unguarded').map(({ path, access }) => [path, access])).toEqual([
      ['/metrics', 'public'],
      ['/hooks', 'public'],
    ]);
  });

  it('P008: nobody asks for a user where there is no door', async () => {
    const routes = [row({}), row({ path: '/api/products', auth: 'public' })];
    expect(await rulesBrokenBy({ routes, door: 'none' })).toEqual(['P008 GET /api/orders']);
    expect(await rulesBrokenBy({ routes, door: 'bearer' })).toEqual([]);
  });
});

describe('P009: what staff change', () => {
  const routes = [row({ auth: { roles: ['staff'] } }), row({ methods: ['POST'], auth: { roles: ['staff'] } })];

  it('leaves a trail', async () => {
    expect(await rulesBrokenBy({ routes, scope: 'admin' })).toEqual(['P009 POST /api/orders']);
    expect(await rulesBrokenBy({ routes, scope: 'web' })).toEqual([]);
    expect(await rulesBrokenBy({ routes, scope: 'admin', modules: [AuditTrailModule.forRoot(who)] })).toEqual([]);
  });
});

describe('the audit', () => {
  const lineOf = (text: string, path: string): string =>
    text
      .split('\n')
      .find((line) => line.includes(` ${path} `))!
      .replaceAll(/ {2,}/g, ' | ');

  it('shows each operation with all that applies to it', async () => {
    const upstream = shop({
      token: { exchange: { audience: 'orders', scope: 'pay' } },
      claims: { 'x-user-id': 'sub' },
    });
    const pay = row({
      methods: ['POST'],
      path: '/api/orders/:id/pay',
      upstream,
      auth: { roles: ['staff', 'manager'], scopes: { all: ['pay'] }, maxAge: 300 },
      timeout: 2_500,
      maxBodyBytes: 4_096,
    });
    const { text } = audit(await bffWith({ upstream, routes: [pay, row({ path: '/api/orders/:id', upstream })] }), []);
    expect(text).toMatch(/^test-bff: \d+ operations, sessions by cookie\n/);
    expect(lineOf(text, '/api/orders/:id/pay')).toBe(
      'POST | /api/orders/:id/pay | role manager or staff, scope pay, login in the last 300 s | x-csrf | 4 KiB | 2.5 s | ' +
        'shop /orders/:id/pay | exchanged for orders (pay) | x-user-id=sub',
    );
    expect(lineOf(text, '/api/orders/:id')).toContain('| any user | x-csrf | - | 1 s |');
    expect(lineOf(text, '/health/live')).toContain('GET | /health/live | everybody | - |');
    expect(lineOf(text, '/bff/login')).toContain('GET | /bff/login | everybody |');
  });

  it('shows the time and the bounds of controllers: their own, or those of the BFF', async () => {
    @Controller('gifts')
    class Gifts {
      @Post('small')
      @Allow('user')
      @Timeout(2_500)
      @MaxBody(4_096)
      small(@Body() _body: unknown): void {}

      @Post('usual')
      @Allow('user')
      usual(@Body() _body: unknown): void {}

      @Post('none')
      @Allow({ roles: ['staff'] })
      none(): void {}
    }
    @Module({ imports: [AuthModule.cookie(who)], controllers: [Gifts] })
    class GiftsModule {}
    const controllers = { timeout: 7_000, maxBodyBytes: 2_048 };
    const { text } = audit(await describeBff({ ...who, module: GiftsModule, controllers }, 'web'), []);
    expect(lineOf(text, '/gifts/small')).toContain('| any user | x-csrf | 4 KiB | 2.5 s | Gifts.small |');
    expect(lineOf(text, '/gifts/usual')).toContain('| any user | x-csrf | 2 KiB | 7 s | Gifts.usual |');
    expect(lineOf(text, '/gifts/none')).toContain('| role staff | x-csrf | - | 7 s | Gifts.none |');
    expect(lineOf(audit(await bffWith({ controllers: [Gifts] }), []).text, '/gifts/usual')).toContain(
      '| 1 MiB | 10 s |',
    );
  });

  it('holds the rules of time and bounds for controllers too', async () => {
    @Controller('gifts')
    @Timeout(30_001)
    class Gifts {
      @Post()
      @Allow('user')
      @MaxBody(16 * 1024 ** 2)
      give(@Body() _body: unknown): void {}
    }
    expect(await rulesBrokenBy({ controllers: [Gifts] })).toEqual(['P004 POST /gifts', 'P005 POST /gifts']);
  });

  it('says of a bearer door that there is nothing to forge, and tells nobody of strangers', async () => {
    const upstream = shop({ claims: { 'x-user-id': 'sub' } });
    const routes = [row({ upstream }), row({ path: '/api/products', upstream, auth: 'public' })];
    const { text } = audit(await bffWith({ door: 'bearer', upstream, routes }), []);
    expect(text).toContain('bearer tokens');
    expect(lineOf(text, '/api/orders')).toBe(
      'GET | /api/orders | any user | - | - | 1 s | shop /orders | - | x-user-id=sub',
    );
    expect(lineOf(text, '/api/products')).toBe(
      'GET | /api/products | everybody | - | - | 1 s | shop /products | - | -',
    );
  });

  it('is clean when each violation is declared, not when a declaration is for nothing', async () => {
    const bff = await bffWith({ routes: [row({ methods: ['POST'], auth: 'public' })] });
    const accepted = { rule: 'P002', operation: 'POST /api/orders', reason: 'guests buy too' };
    expect(audit(bff, []).text).toContain('\nP002 POST /api/orders: changes something for everybody who asks\n');
    expect(audit(bff, []).isClean).toBe(false);
    expect(audit(bff, [accepted]).isClean).toBe(true);
    const stale = audit(bff, [accepted, { ...accepted, rule: 'P004' }]);
    expect(stale.isClean).toBe(false);
    expect(stale.text).toContain('audit.json: P004 POST /api/orders breaks that rule no more');
    expect(audit(bff, [{ ...accepted, operation: 'POST /api/order' }]).isClean).toBe(false);
  });

  it('reads modules that import each other, wait, or come twice, each once', async () => {
    @Controller('deep')
    class Deep {
      @Post()
      @Allow('user')
      post(): void {}
    }
    @Module({ controllers: [Deep], imports: [forwardRef(() => Outer)] })
    class Inner {}
    @Module({ imports: [Inner, Inner, Promise.resolve({ module: Inner, controllers: [] })] })
    class Outer {}
    const { operations } = await describeBff({ ...who, module: Outer });
    expect(operations.filter(({ path }) => path === '/deep').length).toBeGreaterThan(0);
  });

  it('does not pass over a table that is not valid', async () => {
    await expect(bffWith({ routes: [row({ timeout: 0 })] })).rejects.toThrow('timeout must be whole milliseconds');
  });

  it.each([
    ['{', 'is not JSON'],
    ['{}', 'accepted'],
    ['{ "accepted": [{ "rule": "P002", "operation": "GET /" }] }', 'reason'],
    ['{ "accepted": [{ "rule": "P002", "operation": "GET /", "reason": "because" }] }', 'must say why'],
    ['{ "accepted": [{ "rule": "*", "operation": "GET /", "reason": "everything is fine here" }] }', 'rule'],
    ['{ "accepted": [], "ignore": ["P002"] }', 'ignore'],
  ])('refuses exceptions that are not declared in full: %s', (text, problem) => {
    expect(() => parseAccepted(text, 'apps/x/audit.json')).toThrow(/apps\/x\/audit\.json/);
    expect(() => parseAccepted(text, 'apps/x/audit.json')).toThrow(problem);
  });
});
