import { Plan, view } from '@portico/aggregation';
import { BffError, type TokenSource } from '@portico/core';
import { type FakeUpstream, httpRequest, rawRequest, reply, startFakeUpstream } from '@portico/testing';
import { buildUpstreams, defineUpstream, type UpstreamOptions } from '@portico/upstream';
import fc from 'fast-check';
import { z } from 'zod';
import { openDoor } from '../test/open-door.ts';
import { type RunningApp, startApp } from '../test/start-app.ts';
import { problemOfName } from './header-names.ts';

const TOKEN = 'secret-access-token';
const CLAIMS = { 'x-user-id': 'sub', 'x-user-roles': 'roles' };
const ALICE = { 'x-test-user': 'alice' };

describe('the credentials of a forwarded call', () => {
  let upstream: FakeUpstream;
  const apps: RunningApp[] = [];

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ body: 'ok' }));
  });
  afterEach(async () => {
    upstream.use(reply({ body: 'ok' }));
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => upstream.close());

  const good: TokenSource = { tokenFor: () => `Bearer ${TOKEN}` };

  /** A gateway with a forward and a view to the upstream, behind a door. */
  async function start(options: Partial<UpstreamOptions>, tokens = good): Promise<RunningApp> {
    const shop = defineUpstream('shop', { url: upstream.url, retry: false, ...options });
    const page = view({ input: z.object({}), plan: Plan.for<object>().required('part', () => shop.get`/part`) });
    const app = await startApp(
      [shop],
      [
        { methods: ['GET', 'POST'], path: '/api/*', upstream: shop, to: '/*', auth: 'user', timeout: 5_000 },
        { methods: ['GET'], path: '/page', view: page, auth: 'user', timeout: 5_000 },
      ],
      [openDoor(tokens, { roles: new Set(['customer']) })],
    );
    apps.push(app);
    return app;
  }

  const seen = () => upstream.requests.at(-1)!.headers;

  it('are the token that the upstream states and what the gateway says of the user', async () => {
    const app = await start({ token: 'user', claims: CLAIMS });
    expect((await httpRequest(`${app.url}/api/x`, { headers: ALICE })).status).toBe(200);
    expect(seen()).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'x-user-id': 'alice',
      'x-user-roles': 'customer',
    });
  });

  it('go along with the parts of views too', async () => {
    upstream.use(reply({ json: {} }));
    const app = await start({ token: 'user', claims: CLAIMS });
    expect((await httpRequest(`${app.url}/page`, { headers: ALICE })).status).toBe(200);
    expect(seen()).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-user-id': 'alice' });
  });

  it.each<Partial<UpstreamOptions>>([{}, { token: 'user' }, { claims: CLAIMS }])(
    'case 72: never hold what the client sent, with upstream options %j',
    async (options) => {
      const app = await start(options);
      const forged = ['Authorization: Bearer forged', 'Cookie: a=forged', 'Proxy-Authorization: Basic forged'];
      const spoofed = ['X-User-Id', 'x_user_id', 'X-User-Roles', 'X-Roles', 'X-Tenant-Plan', 'X-Auth-User', 'X-Scopes'];
      const fields = [...forged, ...spoofed.map((name) => `${name}: forged`)];
      for (const connection of ['close', 'close, authorization, x-user-id']) {
        const head = ['GET /api/x HTTP/1.1', 'Host: shop.test', `Connection: ${connection}`, ...fields, '', ''];
        const { bytes } = await rawRequest(app.port, [head.join('\r\n')]);
        expect(bytes.toString()).toMatch(/^HTTP\/1\.1 200 /);
        expect(JSON.stringify(upstream.requests.at(-1)!.rawHeaders)).not.toContain('forged');
        expect(seen().authorization).toBe(options.token === undefined ? undefined : `Bearer ${TOKEN}`);
      }
    },
  );

  it.each(['x-user-id', 'close, X-User-Roles', 'authorization, x-user-id'])(
    'are not taken away by a client that lists them in `Connection: %s`',
    async (connection) => {
      const app = await start({ token: 'user', claims: CLAIMS });
      expect((await httpRequest(`${app.url}/api/x`, { headers: { ...ALICE, connection } })).status).toBe(200);
      expect(seen()).toMatchObject({
        authorization: `Bearer ${TOKEN}`,
        'x-user-id': 'alice',
        'x-user-roles': 'customer',
      });
    },
  );

  it("case 65: an upstream's 401 to our token is its own affair: 502, no challenge, no token", async () => {
    upstream.use(
      reply({
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="internal", error="invalid_token"` },
        body: `you sent Bearer ${TOKEN}`,
      }),
    );
    const app = await start({ token: 'user' });
    for (const path of ['/api/x', '/page']) {
      const answer = await httpRequest(`${app.url}${path}`, { headers: ALICE });
      expect(answer.headers['www-authenticate']).toBeUndefined();
      expect(answer.json()).toMatchObject({ code: 'upstream-status' });
      expect(answer.text).not.toContain(TOKEN);
    }
  });

  it('leave other answers as they are, but for the challenge', async () => {
    const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"', etag: '"1"' };
    upstream.use(reply({ status: 403, headers, body: 'no' }));
    const app = await start({ token: 'user' });
    const answer = await httpRequest(`${app.url}/api/x`, { headers: ALICE });
    expect(answer).toMatchObject({ status: 403, text: 'no' });
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('make the call fail without a contact when they cannot be had', async () => {
    const away = { tokenFor: () => Promise.reject(new BffError('identity-provider-unavailable')) };
    const app = await start({ token: 'user' }, away);
    const before = upstream.requests.length;
    for (const [path, method] of [
      ['/api/x', 'GET'],
      ['/api/x', 'POST'],
      ['/page', 'GET'],
    ] as const) {
      const answer = await httpRequest(`${app.url}${path}`, { method, headers: ALICE });
      expect(answer.json()).toMatchObject({ code: 'identity-provider-unavailable' });
    }
    expect(upstream.requests).toHaveLength(before);
  });
});

describe('the names of identity headers', () => {
  const isTaken = (name: string): boolean => {
    const shop = defineUpstream('shop', { url: 'http://shop.test', claims: { [name]: 'sub' } });
    try {
      buildUpstreams([shop], {});
      return true;
    } catch {
      return false;
    }
  };

  it('case 38: are only those that no route can let pass', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const word = fc.oneof(fc.constantFrom('user', 'roles', 'scopes', 'permissions', 'tenant', 'auth'), part);
    const name = fc
      .tuple(fc.constantFrom('x-', ''), fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('-', '', '_'))
      .map(([start, words, joint]) => start + words.join(joint));
    fc.assert(
      fc.property(name, (one) => {
        if (isTaken(one)) expect(problemOfName(one, 'request')).toBe('belongs to the gateway and never passes');
      }),
      { numRuns: 1_000 },
    );
    for (const one of [
      'x-user',
      'x-user-id',
      'x-roles',
      'x-scopes',
      'x-permissions',
      'x-tenant',
      'x-tenant-plan',
      'x-auth-user',
    ]) {
      expect([one, isTaken(one)]).toEqual([one, true]);
      expect(problemOfName(one, 'request')).toBeDefined();
    }
    for (const one of [
      'authorization',
      'cookie',
      'X-User-Id',
      'x-user_id',
      'x-username',
      'x-tenants',
      'accept',
      'x-forwarded-user',
      'x-user-',
    ]) {
      expect([one, isTaken(one)]).toEqual([one, false]);
    }
  });
});
