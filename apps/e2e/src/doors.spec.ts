import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import { AuthModule, SESSIONS, type Sessions } from '@portico/auth';
import { type Access, Allow, ConfigError, type Principal } from '@portico/core';
import { type Route, RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import {
  eventually,
  type FakeIdentityProvider,
  type FakeUpstream,
  HttpBrowser,
  httpRequest,
  parseResponses,
  rawRequest,
  reply,
  startBff,
  type StartedBff,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream } from '@portico/upstream';

const PUBLIC_URL = 'http://127.0.0.1:3999';
const OWN = { 'x-csrf': '1', origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' };
const HOUR = 3_600_000;

/** What the upstream answers; no client without credentials may ever see it. */
const SECRET = 'what only staff may see';

@Controller('console')
class ConsoleController {
  @Get('stats')
  @Allow({ roles: ['staff'] })
  stats(): string {
    return SECRET;
  }

  @Post('stats')
  @Allow({ roles: ['staff'] })
  reset(): string {
    return SECRET;
  }
}

function routesTo(url: string): { routes: Route[]; upstreams: ReturnType<typeof defineUpstream>[] } {
  const shop = defineUpstream('shop', { url });
  const common = { upstream: shop, timeout: 2_000 };
  const routes: Route[] = [
    { ...common, methods: ['GET', 'POST'], path: '/admin', to: '/admin', auth: { roles: ['staff'] } },
    { ...common, methods: ['GET'], path: '/admin/reports/*', to: '/reports/*', auth: { roles: ['staff'] } },
    { ...common, methods: ['GET', 'DELETE'], path: '/orders/:id', to: '/orders/:id', auth: { roles: ['staff'] } },
    { ...common, methods: ['GET', 'PUT'], path: '/me', to: '/me', auth: 'user' },
    { ...common, methods: ['GET', 'POST'], path: '/open/*', to: '/open/*', auth: 'public' },
    { ...common, methods: ['GET'], path: '/open', to: '/open', auth: 'public' },
    {
      ...common,
      methods: ['GET'],
      path: '/scoped',
      to: '/scoped',
      auth: { scopes: { all: ['orders:read', 'orders:write'] } },
    },
    { ...common, methods: ['GET'], path: '/fresh', to: '/fresh', auth: { acr: ['2', '3'], maxAge: 60 } },
  ];
  return { routes, upstreams: [shop] };
}

interface TestDoor {
  readonly bff: StartedBff;
  /** In reach, so that a test need not log in. */
  readonly sessions: Sessions;
}

const NAME = 'test-bff';

/** A BFF with one kind of door. */
async function startDoor(kind: 'cookie' | 'bearer', upstream: FakeUpstream, environment = {}): Promise<TestDoor> {
  let sessions: Sessions | undefined;
  @Module({
    imports: [
      AuthModule[kind]({ name: NAME, port: 0, clientId: kind === 'cookie' ? 'web-bff' : 'portico-api' }),
      RoutingModule.forRoot({ name: NAME, ...routesTo(upstream.url) }),
    ],
    controllers: [ConsoleController],
  })
  class AppModule {
    constructor(@Inject(SESSIONS) own: Sessions) {
      sessions = own;
    }
  }
  const start = () => createBff({ name: NAME, port: 0, module: AppModule });
  const bff = await startBff(start, { LOG_LEVEL: 'silent', PUBLIC_URL, ...environment });
  return { bff, sessions: sessions! };
}

/** Logs somebody in without a provider. */
async function cookieOf(
  sessions: Sessions,
  who: { readonly roles: readonly string[] } & Partial<Omit<Principal, 'roles'>>,
) {
  const expiresAt = Date.now() + HOUR;
  const { secret } = await sessions.begin({
    principal: {
      id: 'http://id.test alice',
      issuer: 'http://id.test',
      subject: 'alice',
      door: 'session',
      clientId: NAME,
      scopes: new Set(),
      acr: '1',
      authTime: Math.floor(Date.now() / 1_000),
      claims: {},
      session: undefined,
      ...who,
      roles: new Set(who.roles),
    },
    tokens: {
      accessToken: 'token-of-alice',
      accessTokenExpiresAt: expiresAt,
      refreshToken: undefined,
      refreshTokenExpiresAt: undefined,
      idToken: 'id-token-of-alice',
    },
    providerSession: undefined,
    device: { userAgent: 'test', address: '127.0.0.1' },
  });
  return `__Host-test-bff=${secret}`;
}

/** Paths that somewhere, some time, were the same as a protected one. `P` is the protected one without its slash. */
const SPELLINGS = [
  '/P',
  '//P',
  '///P',
  '/P/',
  '/P//',
  '/./P',
  '/.//P',
  '/x/../P',
  '/x/..%2fP',
  '/x/..%2FP',
  '/x/%2e%2e/P',
  '/x/%2e%2e%2fP',
  '/x/..%5cP',
  '/x/..\\P',
  '/\\P',
  '/%2fP',
  '/%5cP',
  '/P;x',
  '/P;x=1',
  '/;/P',
  '/P%3bx',
  '/P%00',
  '/P%20',
  '/P%09',
  '/P%0d%0a',
  '/P.json',
  '/P.',
  '/P?',
  '/P??',
  '/P?x=/open',
  '/P#',
  '/P%23',
  '/P%3f',
  '/P/%2e',
  '/P/.',
  '/P/..;/P',
  '/open/..%2fP',
  '/open/../P',
  '/open/%2e%2e/P',
  '/open/%2e%2e%2fP',
  '/open/..%5cP',
  '/open/..;/P',
  '/open/%252e%252e/P',
  '/open%2f..%2fP',
  '/open//..//P',
  '/public/../P',
  'P',
  '*',
] as const;

function spellingsOf(path: string): string[] {
  const bare = path.slice(1);
  const first = bare.charCodeAt(0).toString(16);
  return [
    ...SPELLINGS.map((spelling) => spelling.replaceAll('P', bare)),
    `/${bare.toUpperCase()}`,
    `/${bare[0]!.toUpperCase()}${bare.slice(1)}`,
    `/%${first}${bare.slice(1)}`,
    `/%25${first}${bare.slice(1)}`,
    `/%u00${first}${bare.slice(1)}`,
    `/${bare.replace('a', 'ａ')}`,
    `/${bare.replace('s', 'ſ')}`,
    `http://HOST/${bare}`,
    `http://HOST//${bare}`,
    `HTTP://HOST/${bare}`,
    `http://other.example/${bare}`,
    `http://HOST@other.example/${bare}`,
    `https://HOST/${bare}`,
  ];
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'Get',
  'PROPFIND',
  'PURGE',
  'QUERY',
];

/** Fields that some server, proxy or framework took for another path, method, host, address or user. */
const TRICKS: readonly string[] = [
  'X-HTTP-Method-Override: GET',
  'X-HTTP-Method: GET',
  'X-Method-Override: OPTIONS',
  'X-Original-URL: /open',
  'X-Rewrite-URL: /open',
  'X-Original-URI: /open',
  'X-Forwarded-Path: /open',
  'X-Forwarded-Prefix: /open',
  'X-Forwarded-Uri: /open',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: 127.0.0.1',
  'X-Forwarded-Proto: https',
  'X-Real-IP: 127.0.0.1',
  'Forwarded: for=127.0.0.1;host=localhost',
  'X-Custom-IP-Authorization: 127.0.0.1',
  'X-User: sam',
  'X-User-Id: sam',
  'X-Roles: staff',
  'X-Remote-User: sam',
  'X-Authenticated-User: sam',
  'X-Middleware-Subrequest: middleware:middleware:middleware',
  'Authorization: Bearer eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJzdGFmZiJdfQ.',
  'Authorization: Basic c2FtOnNhbQ==',
  'Cookie: test-bff=x',
  'Cookie: __Host-test-bff=',
  'Cookie: __Host-test-bff=undefined',
  'Cookie: __Host-other-bff=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  `Cookie: __Host-test-bff=${'A'.repeat(43)}`,
  `Cookie: __Host-test-bff=${'A'.repeat(4_000)}`,
  `Cookie: __Host-test-bff=${'A'.repeat(43)}; __Host-test-bff=${'B'.repeat(43)}`,
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Connection: close, x-csrf',
  'Range: bytes=0-1',
  'If-None-Match: *',
  'Accept: text/html',
  'Sec-Fetch-Mode: navigate',
  'Content-Type: application/x-www-form-urlencoded',
  'x-csrf: 1',
];

const PROTECTED = ['/admin', '/admin/reports/2026', '/orders/o-1', '/console/stats'];

type Attempt = readonly [method: string, target: string, fields?: readonly string[]];

/** Sends one request, byte for byte. */
async function attempt([method, target, fields = []]: Attempt, bff: StartedBff) {
  const { host, port } = new URL(bff.url);
  const head = [`${method} ${target.replace('HOST', host)} HTTP/1.1`, `Host: ${host}`, ...fields];
  // The answer to a HEAD says how long a body would be that does not come.
  if (!fields.some((field) => field.includes('Connection'))) head.push('Connection: close');
  const bytes = Buffer.from(`${head.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, 'utf8');
  const { bytes: answer, text } = await rawRequest(Number(port), bytes, { responses: 1 });
  const [first] = parseResponses(answer);
  return { what: `${method} ${target} ${fields.join(' ')}`, status: first?.status ?? 0, text };
}

/** None of the attempts may be answered well, or be heard of by the upstream. */
async function noneOf(attempts: readonly Attempt[], bff: StartedBff, upstream: FakeUpstream) {
  const before = upstream.requests.length;
  const passed: object[] = [];
  for (const one of attempts) {
    const { what, status, text } = await attempt(one, bff);
    if (status < 400 || status >= 500 || text.includes(SECRET)) passed.push({ what, status });
  }
  expect(passed).toEqual([]);
  expect(upstream.requests.slice(before).map(({ method, url }) => `${method} ${url}`)).toEqual([]);
}

describe('cases 48 to 50: what is protected', () => {
  let upstream: FakeUpstream;
  let bff: StartedBff;
  let sessions: Sessions;
  let customer: string;
  let staff: string;

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ body: SECRET }));
    ({ bff, sessions } = await startDoor('cookie', upstream));
    customer = await cookieOf(sessions, { roles: ['customer'] });
    staff = await cookieOf(sessions, { roles: ['staff'] });
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
  });

  const expectNonePasses = (attempts: readonly Attempt[]) => noneOf(attempts, bff, upstream);

  it('is there for staff, so that the tests below could fail', async () => {
    for (const path of PROTECTED) {
      const answer = await httpRequest(bff.url + path, { headers: { cookie: staff, 'x-csrf': '1' } });
      expect([path, answer.status, answer.text]).toEqual([path, 200, SECRET]);
    }
    expect((await httpRequest(`${bff.url}/open/x`)).text).toBe(SECRET);
  });

  it.each(PROTECTED)('%s is closed in every spelling to who is nobody', async (path) => {
    await expectNonePasses(spellingsOf(path).map((target) => ['GET', target]));
  });

  it.each(PROTECTED)('%s is closed in every spelling to a customer', async (path) => {
    const fields = [`Cookie: ${customer}`, 'x-csrf: 1'];
    await expectNonePasses(spellingsOf(path).map((target) => ['GET', target, fields]));
  });

  it.each(PROTECTED)('%s is closed to every method', async (path) => {
    const targets = [path, `${path}/`, `/${path}`, `http://HOST${path}`];
    const fields = [`Cookie: ${customer}`, 'x-csrf: 1'];
    await expectNonePasses(METHODS.flatMap((method) => targets.map((target) => [method, target] as const)));
    await expectNonePasses(METHODS.flatMap((method) => targets.map((target) => [method, target, fields] as const)));
  });

  it.each(PROTECTED)('%s is closed whatever header field comes along', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      await expectNonePasses(TRICKS.map((trick) => [method, path, [trick, 'x-csrf: 1']] as const));
      const fields = [`Cookie: ${customer}`, 'x-csrf: 1'];
      await expectNonePasses(
        TRICKS.filter((trick) => !/^(?:Cookie|x-csrf)/.test(trick)).map(
          (trick) => [method, path, [trick, ...fields]] as const,
        ),
      );
    }
  });

  it('is not opened by another public path with tricks in its fields', async () => {
    const before = upstream.requests.length;
    for (const trick of ['X-Original-URL: /admin', 'X-Rewrite-URL: /admin', 'X-HTTP-Method-Override: DELETE']) {
      await attempt(['GET', '/open/x', [trick]], bff);
    }
    const seen = upstream.requests.slice(before);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /open/x', 'GET /open/x', 'GET /open/x']);
    expect(seen.flatMap(({ rawHeaders }) => rawHeaders)).not.toContain('/admin');
  });

  it('names what a page has to do: 401 with where to log in, 403 for who is known, never a redirect', async () => {
    const nobody = await httpRequest(`${bff.url}/me`, { headers: { ...OWN, accept: 'text/html' } });
    expect(nobody.status).toBe(401);
    expect(nobody.headers['content-type']).toContain('application/problem+json');
    expect(nobody.json()).toMatchObject({ code: 'unauthenticated', login: '/bff/login' });
    const ended = await httpRequest(`${bff.url}/me`, {
      headers: { ...OWN, cookie: `__Host-test-bff=${'A'.repeat(43)}` },
    });
    expect([ended.status, ended.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'session-ended', login: '/bff/login' }),
    ]);
    const wrong = await httpRequest(`${bff.url}/admin`, { headers: { ...OWN, cookie: customer } });
    expect([wrong.status, wrong.json()]).toEqual([403, expect.objectContaining({ code: 'forbidden' })]);
  });

  it('asks for a stronger or fresher login, and says how', async () => {
    const before = upstream.requests.length;
    for (const who of [{ acr: '1' }, { acr: '2', authTime: Math.floor(Date.now() / 1_000) - 100 }]) {
      const cookie = await cookieOf(sessions, { roles: [], ...who });
      const answer = await httpRequest(`${bff.url}/fresh`, { headers: { ...OWN, cookie } });
      expect(answer.status).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'step-up-required', login: '/bff/login?acr_values=2+3&max_age=60' });
    }
    expect(upstream.requests).toHaveLength(before);
    const cookie = await cookieOf(sessions, { roles: [], acr: '2' });
    expect((await httpRequest(`${bff.url}/fresh`, { headers: { ...OWN, cookie } })).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['a wrong one', { 'x-csrf': '0' }],
    ['Origin null', { 'x-csrf': '1', origin: 'null' }],
    ['a foreign Origin', { 'x-csrf': '1', origin: 'https://evil.example' }],
    ['the own address at another port', { 'x-csrf': '1', origin: 'http://127.0.0.1:4000' }],
    ['the own address with another scheme', { 'x-csrf': '1', origin: 'https://127.0.0.1:3999' }],
    ['Sec-Fetch-Site: cross-site', { 'x-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'x-csrf': '1', 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'x-csrf': '1', 'sec-fetch-site': 'none' }],
  ])('case 66: a call with a session and %s is refused, GET too', async (_case, headers) => {
    const before = upstream.requests.length;
    for (const method of ['GET', 'PUT']) {
      const answer = await httpRequest(`${bff.url}/me`, { method, headers: { cookie: staff, ...headers } });
      expect([answer.status, answer.json()]).toEqual([403, expect.objectContaining({ code: 'csrf-refused' })]);
    }
    for (const call of [
      'GET user',
      'HEAD user',
      'GET user?anonymous=true',
      'GET sessions',
      'DELETE sessions?all=true',
    ]) {
      const [method, path] = call.split(' ');
      const answer = await httpRequest(`${bff.url}/bff/${path}`, { method, headers: { cookie: staff, ...headers } });
      expect([call, answer.status, answer.headers['cache-control']]).toEqual([call, 403, 'no-store']);
      expect(answer.text).not.toContain('alice');
    }
    expect(upstream.requests).toHaveLength(before);
    expect((await httpRequest(`${bff.url}/me`, { method: 'PUT', headers: { cookie: staff, ...OWN } })).status).toBe(
      200,
    );
  });

  it.each(['Bearer x', 'Basic c2FtOnNhbQ==', ''])(
    'case 72: a session and Authorization: "%s" are refused',
    async (authorization) => {
      const before = upstream.requests.length;
      const answer = await httpRequest(`${bff.url}/me`, { headers: { ...OWN, cookie: staff, authorization } });
      expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: 'credentials-ambiguous' })]);
      expect(upstream.requests).toHaveLength(before);
    },
  );

  it('case 72: what a client authorizes itself with never passes on', async () => {
    await httpRequest(`${bff.url}/open/x`, { headers: { authorization: 'Bearer mine', cookie: staff } });
    await httpRequest(`${bff.url}/me`, { headers: { ...OWN, cookie: staff } });
    for (const { headers } of upstream.requests.slice(-2)) {
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('x-csrf');
    }
  });

  it('case 70: a cookie that a sibling could have set names no session', async () => {
    const secret = staff.slice(staff.indexOf('=') + 1);
    for (const name of [
      'test-bff',
      '__Secure-test-bff',
      '__host-test-bff',
      '__Host-other-bff',
      '__Host-test-bff-login-x',
    ]) {
      const answer = await httpRequest(`${bff.url}/me`, { headers: { ...OWN, cookie: `${name}=${secret}` } });
      expect([name, answer.status]).toEqual([name, 401]);
    }
    const twice = await httpRequest(`${bff.url}/me`, { headers: { ...OWN, cookie: `${staff}; ${customer}` } });
    expect([twice.status, twice.json()]).toEqual([400, expect.objectContaining({ code: 'credentials-ambiguous' })]);
  });
});

describe('the bearer door', () => {
  let idp: FakeIdentityProvider;
  let upstream: FakeUpstream;
  let bff: StartedBff;

  beforeAll(async () => {
    idp = await startFakeIdentityProvider();
    upstream = await startFakeUpstream(reply({ body: SECRET }));
    ({ bff } = await startDoor('bearer', upstream, { OIDC_ISSUER: idp.issuer }));
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
    await idp.close();
  });

  const ask = (path: string, headers: Readonly<Record<string, string>>) => httpRequest(bff.url + path, { headers });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('lets staff in, at first and when the token is known, without a CSRF header', async () => {
    const token = idp.accessToken('sam');
    const before = idp.calls.keys;
    for (const path of [...PROTECTED, '/me']) {
      const answer = await ask(path, bearer(token));
      expect([path, answer.status, answer.text]).toEqual([path, 200, SECRET]);
    }
    expect(idp.calls.keys - before).toBeLessThanOrEqual(1);
    expect(upstream.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it.each(PROTECTED)('case 48: %s is closed in every spelling, to nobody and to a customer', async (path) => {
    const fields = [`Authorization: Bearer ${idp.accessToken('alice')}`];
    const attempts = spellingsOf(path).flatMap((target): Attempt[] => [
      ['GET', target],
      ['GET', target, fields],
      ['HEAD', target, fields],
    ]);
    await noneOf(attempts, bff, upstream);
    await noneOf(
      METHODS.flatMap((method): Attempt[] => [
        [method, path],
        [method, path, fields],
      ]),
      bff,
      upstream,
    );
    await noneOf(
      TRICKS.map((trick) => ['GET', path, [trick]] as const),
      bff,
      upstream,
    );
    const others = TRICKS.filter((trick) => !trick.startsWith('Authorization'));
    await noneOf(
      others.map((trick) => ['GET', path, [trick, ...fields]] as const),
      bff,
      upstream,
    );
  });

  it('says how to show a token, what is wrong with it, which scope it lacks, and how the login must be', async () => {
    const challenge = async (path: string, headers: Record<string, string>) => {
      const answer = await ask(path, headers);
      return [answer.status, answer.json<{ code: string }>().code, answer.headers['www-authenticate']];
    };
    expect(await challenge('/me', {})).toEqual([401, 'unauthenticated', `Bearer realm="${NAME}"`]);
    expect(await challenge('/me', bearer('x'))).toEqual([
      401,
      'token-invalid',
      expect.stringContaining('error="invalid_token"'),
    ]);
    const token = idp.accessToken('alice', { scope: 'openid', acr: '1' });
    expect(await challenge('/scoped', bearer(token))).toEqual([
      403,
      'forbidden',
      expect.stringMatching(
        /^Bearer realm="test-bff", error="insufficient_scope", .*scope="orders:read orders:write"$/,
      ),
    ]);
    expect(await challenge('/fresh', bearer(token))).toEqual([
      401,
      'step-up-required',
      expect.stringMatching(/^Bearer .*error="insufficient_user_authentication", .*acr_values="2 3", max_age="60"$/),
    ]);
    expect(await challenge('/admin', bearer(token))).toEqual([403, 'forbidden', undefined]);
  });

  it.each([`__Host-web-bff=${'A'.repeat(43)}`, `a=b; __Host-test-bff=${'A'.repeat(43)}`, '__Host-web-bff='])(
    'case 72: a token and the cookie %s are refused',
    async (cookie) => {
      const before = upstream.requests.length;
      const answer = await ask('/me', { ...bearer(idp.accessToken('sam')), cookie });
      expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: 'credentials-ambiguous' })]);
      expect(upstream.requests).toHaveLength(before);
      expect((await ask('/me', { ...bearer(idp.accessToken('sam')), cookie: 'theme=dark' })).status).toBe(200);
    },
  );

  it('case 72: a cookie alone names nobody here, and a token in the query neither', async () => {
    const token = idp.accessToken('sam');
    expect((await ask('/me', { cookie: `__Host-test-bff=${'A'.repeat(43)}` })).status).toBe(401);
    expect((await ask(`/me?access_token=${token}`, {})).status).toBe(401);
  });

  it.each<[string, unknown]>([
    ['a text', 'staff'],
    ['a text with commas', 'customer,staff'],
    ['an object', { staff: true }],
    ['a list with more than texts', ['staff', 1]],
    ['a list in a list', [['staff']]],
    ['missing', undefined],
    ['of another case', ['Staff']],
  ])('case 50: no role comes of a claim that is %s', async (_case, roles) => {
    expect((await ask('/admin', bearer(idp.accessToken('sam', { roles })))).status).toBe(403);
  });

  it('case 71: two fields Authorization are refused, whatever stands in them', async () => {
    const before = upstream.requests.length;
    const field = `Authorization: Bearer ${idp.accessToken('sam')}`;
    for (const second of [field, 'Authorization: Bearer x', 'authorization: Basic eDp5']) {
      const { status, text } = await attempt(['GET', '/me', [field, second]], bff);
      expect([second, status]).toEqual([second, 401]);
      expect(text).toMatch(/www-authenticate: Bearer .*error="invalid_request"/i);
    }
    expect(upstream.requests).toHaveLength(before);
  });

  it('answers 503 while the provider gives no keys, and never lets anybody in for that', async () => {
    const other = await startFakeIdentityProvider();
    const { bff: lonely } = await startDoor('bearer', upstream, { OIDC_ISSUER: other.issuer });
    const token = other.accessToken('sam');
    await other.close();
    const before = upstream.requests.length;
    const answer = await httpRequest(`${lonely.url}/me`, { headers: bearer(token) });
    expect([answer.status, answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'identity-provider-unavailable' }),
    ]);
    expect(upstream.requests).toHaveLength(before);
    await lonely.close();
  });
});

describe('two doors in one process', () => {
  it('ask their own provider and their own sessions, though Passport has one registry for all', async () => {
    const idp = await startFakeIdentityProvider();
    const other = await startFakeIdentityProvider();
    const upstream = await startFakeUpstream(reply({ body: SECRET }));
    const first = await startDoor('bearer', upstream, { OIDC_ISSUER: idp.issuer });
    const second = await startDoor('bearer', upstream, { OIDC_ISSUER: other.issuer });
    const web = await startDoor('cookie', upstream);
    const web2 = await startDoor('cookie', upstream);
    const statusAt = async ({ bff }: TestDoor, headers: Record<string, string>) =>
      (await httpRequest(`${bff.url}/me`, { headers: { ...OWN, ...headers } })).status;
    const token = { authorization: `Bearer ${idp.accessToken('sam')}` };
    expect([await statusAt(first, token), await statusAt(second, token)]).toEqual([200, 401]);
    const cookie = { cookie: await cookieOf(web.sessions, { roles: [] }) };
    expect([await statusAt(web, cookie), await statusAt(web2, cookie)]).toEqual([200, 401]);
    for (const { bff } of [first, second, web, web2]) await bff.close();
    for (const server of [upstream, idp, other]) await server.close();
  });
});

describe('case 51: a user who changes at the provider while a session lasts', () => {
  it('loses a role within the life of an access token, and everything when the login ends there', async () => {
    const idp = await startFakeIdentityProvider({ accessTokenLife: 1 });
    const upstream = await startFakeUpstream(reply({ body: SECRET }));
    const { bff } = await startDoor('cookie', upstream, { OIDC_ISSUER: idp.issuer });
    const browser = new HttpBrowser();
    const status = async () => (await browser.ask(`${bff.url}/admin`)).status;
    idp.user = 'sam';
    expect((await browser.logIn(bff.url)).status).toBe(200);
    expect(await status()).toBe(200);
    idp.users.set('sam', { ...idp.users.get('sam'), roles: ['customer'] });
    await eventually(async () => (await status()) === 403, 10_000);
    idp.users.set('sam', { ...idp.users.get('sam'), roles: ['staff'] });
    await eventually(async () => (await status()) === 200, 10_000);
    idp.endLogins('sam');
    await eventually(async () => (await status()) === 401, 10_000);
    await bff.close();
    await upstream.close();
    await idp.close();
  });
});

@Controller('forgotten')
class ForgottenController {
  @Get()
  list(): string {
    return SECRET;
  }

  @Get('other')
  @Allow('public')
  other(): string {
    return 'for all';
  }
}

describe('a BFF that forgot something', () => {
  async function problemsOf(
    routes: readonly Partial<Route>[],
    controllers: (new () => object)[] = [],
    environment = {},
  ) {
    const name = 'test-bff';
    const shop = defineUpstream('shop', { url: 'http://127.0.0.1:9' });
    const rows = routes.map((row) => ({ methods: ['GET'], upstream: shop, to: '/x', timeout: 1_000, ...row }) as Route);
    @Module({
      imports: [AuthModule.cookie({ name, port: 0 }), RoutingModule.forRoot({ name, upstreams: [shop], routes: rows })],
      controllers,
    })
    class AppModule {}
    const start = () => createBff({ name, port: 0, module: AppModule });
    try {
      await (await startBff(start, { LOG_LEVEL: 'silent', ...environment })).close();
    } catch (error) {
      return ConfigError.problemsOf(error);
    }
    return [];
  }

  it.each([undefined, {}, 'users', { roles: undefined }, { roles: [] }])(
    'does not start with a route whose auth is %j',
    async (auth) => {
      const problems = await problemsOf([{ path: '/x', auth: auth as Access }]);
      expect(problems).toEqual([expect.stringMatching(/route 1 \(GET \/x\): auth/)]);
    },
  );

  it('does not start with a controller that does not say who may call it', async () => {
    expect(await problemsOf([], [ForgottenController])).toEqual([
      expect.stringMatching(/^ForgottenController\.list: must say who may call it/),
    ]);
  });

  it('is told all that is wrong with its server, its door and its routes at once', async () => {
    const environment = { PUBLIC_URL: 'http://shop.example', REDIS_URL: 'x', PORT: 'y' };
    const problems = await problemsOf([{ path: '/x', auth: 'users' as Access }], [ForgottenController], environment);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'REDIS_URL',
      'SESSION_KEYS',
      'ForgottenController.list',
      'route 1 (GET /x)',
    ]);
  });
});
