import { Module } from '@nestjs/common';
import { AuthModule } from '@portico/auth';
import { RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import {
  type FakeIdentityProvider,
  type FakeUpstream,
  httpRequest,
  reply,
  startBff,
  type StartedBff,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream } from '@portico/upstream';

describe('what an identity provider says of an opaque token', () => {
  let idp: FakeIdentityProvider;
  let upstream: FakeUpstream;
  let bff: StartedBff;

  beforeAll(async () => {
    idp = await startFakeIdentityProvider();
    upstream = await startFakeUpstream(reply({ json: {} }));
    const shop = defineUpstream('shop', { url: upstream.url });
    const routes = [
      { methods: ['GET'], path: '/orders', upstream: shop, to: '/orders', auth: 'user', timeout: 2_000 },
    ] as const;
    const who = { name: 'test-bff', port: 0 };
    const imports = [
      AuthModule.bearer({ ...who, clientId: 'portico-api' }),
      RoutingModule.forRoot({ ...who, upstreams: [shop], routes }),
    ];
    @Module({ imports })
    class AppModule {}
    bff = await startBff(() => createBff({ ...who, module: AppModule }), {
      LOG_LEVEL: 'silent',
      OIDC_ISSUER: idp.issuer,
      OIDC_CLIENT_SECRET: 'web-bff-secret',
      OIDC_CLIENT_ID: 'web-bff',
      TOKEN_FORMAT: 'opaque',
    });
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
    await idp.close();
  });

  /** Lets the provider say this, beside what is true, of every token. */
  const tell = (claims: object): void => {
    const now = Math.floor(Date.now() / 1_000);
    const active = { active: true, token_type: 'Bearer', iss: idp.issuer, aud: 'portico-api', sub: 'alice' };
    const text = JSON.stringify({ ...active, client_id: 'app', iat: now, exp: now + 300, ...claims });
    idp.answer('introspection', reply({ body: text, headers: { 'content-type': 'application/json' } }));
  };
  const call = async (token: string) => {
    const answer = await httpRequest(`${bff.url}/orders`, { headers: { authorization: `Bearer ${token}` } });
    return [answer.status, (answer.json() as { code?: string }).code, answer.headers['www-authenticate']];
  };

  it('lets its user in when it is ordinary', async () => {
    tell({ address: { lines: ['a'] } });
    expect(await call('ordinary')).toEqual([200, undefined, undefined]);
  });

  it.each([21, 3_000])('is refused with 401 when it is %i levels deep', async (levels) => {
    let deep: unknown = 'x';
    for (let level = 0; level < levels; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
    tell({ deep });
    const before = upstream.requests.length;
    const challenge: unknown = expect.stringContaining('error="invalid_token"');
    expect(await call(`deep-${levels}`)).toEqual([401, 'token-invalid', challenge]);
    expect(upstream.requests).toHaveLength(before);
  });
});
