import {
  type FakeIdentityProvider,
  generateSigningKey,
  hang,
  reply,
  startFakeIdentityProvider,
} from '@portico/testing';
import { allOf, errorOf, logIn, plain, providerOf, sessionOf } from '../../test/provider-fixture.ts';
import type { Session } from '../session/session.ts';
import type { Provider } from './provider.ts';

let fake: FakeIdentityProvider;
let provider: Provider;
let session: Session;

beforeAll(async () => {
  fake = await startFakeIdentityProvider();
});
beforeEach(async () => {
  fake.tamper = {};
  fake.user = 'alice';
  fake.users.set('alice', { name: 'alice', roles: ['customer'] });
  fake.settings.rotatesRefreshTokens = true;
  for (const endpoint of ['token', 'keys', 'revocation', 'introspection', 'userInfo'] as const)
    fake.answer(endpoint, undefined);
  provider = providerOf(fake, { timeout: 1_500 });
  session = sessionOf(await logIn(provider));
});
afterAll(() => fake.close());

/** Another provider, which is not there any more. */
async function closedProvider(): Promise<Provider> {
  const closed = await startFakeIdentityProvider();
  await closed.close();
  return providerOf(closed);
}

describe('a refresh', () => {
  it('brings new tokens and the user as they are now', async () => {
    fake.users.set('alice', { name: 'Alice', roles: [] });
    const { principal, tokens } = await provider.refresh(session);
    expect([...principal.roles]).toEqual([]);
    expect(principal.id).toBe(session.principal.id);
    expect([...principal.scopes]).toEqual(['openid', 'profile', 'email']);
    expect(tokens.accessToken).not.toBe(session.tokens.accessToken);
    expect(tokens.refreshToken).not.toBe(session.tokens.refreshToken);
    expect(tokens.refreshTokenExpiresAt).toBeGreaterThan(Date.now());
  });

  const withoutIdToken = ({ id_token: _, ...rest }: Record<string, unknown>) => rest;

  it('without an ID token asks the UserInfo endpoint: a role and a claim that were taken away are gone', async () => {
    fake.users.set('alice', { name: 'Alice', roles: ['customer', 'staff'], tier: 'gold' });
    const before = sessionOf(await logIn(provider));
    expect(plain(before.principal)).toMatchObject({ roles: ['customer', 'staff'], claims: { tier: 'gold' } });
    fake.users.set('alice', { name: 'Alice', roles: ['customer'] });
    fake.tamper = { tokenAnswer: withoutIdToken };
    const { principal, tokens, failure } = await provider.refresh(before);
    expect(plain(principal)).toMatchObject({ id: before.principal.id, roles: ['customer'], claims: { name: 'Alice' } });
    expect(principal.claims).not.toHaveProperty('tier');
    const { acr, authTime } = before.principal;
    expect([principal.acr, principal.authTime, failure]).toEqual([acr, authTime, undefined]);
    expect(tokens.refreshToken).not.toBe(before.tokens.refreshToken);
  });

  it.each([
    [
      'the provider has no UserInfo endpoint',
      { discovery: ({ userinfo_endpoint: _, ...rest }: object & { userinfo_endpoint?: unknown }) => rest },
    ],
    [
      'that endpoint does not speak of roles',
      { userInfo: ({ roles: _, ...rest }: object & { roles?: unknown }) => rest },
    ],
    ['that endpoint speaks of another user', { userInfo: (claims: object) => ({ ...claims, sub: 'mallory' }) }],
  ])('without an ID token ends the login where %s', async (_what, tamper) => {
    fake.tamper = { ...tamper, tokenAnswer: withoutIdToken };
    const other = providerOf(fake);
    expect((await errorOf(other.refresh(session))).code).toBe('session-ended');
  });

  it.each([
    ['500', reply({ status: 500 })],
    ['silence', hang()],
    ['a refusal', reply({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })],
    ['nonsense', reply({ headers: { 'content-type': 'application/json' }, body: '{' })],
  ])(
    'without an ID token keeps the new refresh token, and lets nobody in, while the UserInfo endpoint answers with %s',
    async (_what, behaviour) => {
      fake.tamper = { tokenAnswer: withoutIdToken };
      fake.answer('userInfo', behaviour);
      const { tokens, failure } = await provider.refresh(session);
      expect(failure?.code).toBe('identity-provider-unavailable');
      expect(tokens.refreshToken).not.toBe(session.tokens.refreshToken);
      expect(tokens.accessTokenExpiresAt).toBeLessThanOrEqual(Date.now());
      fake.answer('userInfo', undefined);
      expect((await provider.refresh({ ...session, tokens })).failure).toBeUndefined();
    },
  );

  it('of another user ends the session', async () => {
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, sub: 'mallory' }) };
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
  });

  it('keeps what the answer says nothing of: refresh token, its end, ID token, user', async () => {
    fake.settings.rotatesRefreshTokens = false;
    fake.tamper = {
      tokenAnswer: ({ refresh_token: _, refresh_expires_in: __, id_token: ___, scope: ____, ...rest }) => rest,
    };
    const { principal, tokens } = await provider.refresh(session);
    const { sid: _, ...claims } = session.principal.claims;
    expect(principal).toEqual({ ...session.principal, claims });
    const { refreshToken, refreshTokenExpiresAt, idToken } = session.tokens;
    expect(tokens).toMatchObject({ refreshToken, refreshTokenExpiresAt, idToken });
  });

  it('keeps how and when the user logged in where the new ID token does not repeat it, and nothing else', async () => {
    fake.tamper = { idTokenClaims: ({ acr: _, auth_time: __, roles: ___, ...rest }) => rest };
    const { principal, tokens } = await provider.refresh(session);
    const { acr, authTime } = session.principal;
    expect([acr, authTime]).toEqual([expect.any(String), expect.any(Number)]);
    expect(plain(principal)).toMatchObject({ acr, authTime, roles: [] });
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, acr: '0' }) };
    expect((await provider.refresh({ ...session, tokens })).principal.acr).toBe('0');
  });

  it('takes the nonce of the login, and no other', async () => {
    const nonce = JSON.parse(Buffer.from(session.tokens.idToken.split('.')[1]!, 'base64url').toString())
      .nonce as string;
    fake.settings.rotatesRefreshTokens = false;
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, nonce }) };
    await provider.refresh(session);
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, nonce: 'other' }) };
    expect((await errorOf(provider.refresh(session))).code).toBe('identity-provider-unavailable');
  });

  it.each([
    ['another issuer', { idTokenClaims: (claims: object) => ({ ...claims, iss: 'https://evil.example' }) }],
    ['another client', { idTokenClaims: (claims: object) => ({ ...claims, aud: 'admin-bff' }) }],
    ['nobody, unsigned', { idTokenKey: 'none' as const }],
  ])('takes no ID token of %s; that is nonsense of the provider and ends nothing', async (_what, tamper) => {
    fake.tamper = tamper;
    expect((await errorOf(provider.refresh(session))).code).toBe('identity-provider-unavailable');
  });

  it('takes no ID token with a forged signature', async () => {
    fake.tamper = { idTokenKey: { ...generateSigningKey(), kid: fake.signingKey.kid } };
    expect((await errorOf(provider.refresh(session))).code).toBe('identity-provider-unavailable');
  });

  it('does not lose the new refresh token when the keys have changed a moment ago; the user is as the UserInfo endpoint says', async () => {
    const slow = providerOf(fake, { coolDown: 60_000 });
    const before = sessionOf(await logIn(slow));
    fake.tamper = { idTokenKey: generateSigningKey(), idTokenClaims: (claims) => ({ ...claims, roles: ['manager'] }) };
    const { principal, tokens } = await slow.refresh(before);
    expect([...principal.roles]).toEqual(['customer']);
    fake.tamper = {};
    fake.users.set('alice', { roles: ['staff'] });
    expect([...(await slow.refresh({ ...before, tokens })).principal.roles]).toEqual(['staff']);
  });

  it('does not lose the new refresh token when the keys cannot be had', async () => {
    const other = providerOf(fake);
    fake.answer('keys', reply({ status: 500 }));
    fake.users.set('alice', { name: 'alice', roles: [] });
    const { principal, tokens } = await other.refresh(session);
    expect(plain(principal)).toMatchObject({ id: session.principal.id, roles: [] });
    fake.answer('keys', undefined);
    await provider.refresh({ ...session, tokens });
  });

  it('lets nobody in while neither the keys can be had nor the UserInfo endpoint, and does not lose the new refresh token', async () => {
    fake.tamper = { discovery: ({ userinfo_endpoint: _, ...rest }) => rest };
    const other = providerOf(fake);
    fake.answer('keys', reply({ status: 500 }));
    const { tokens, failure } = await other.refresh(session);
    expect([failure?.code, tokens.accessTokenExpiresAt <= Date.now()]).toEqual(['identity-provider-unavailable', true]);
    fake.answer('keys', undefined);
    expect((await provider.refresh({ ...session, tokens })).failure).toBeUndefined();
  });
});

describe('case 64: what a refresh that fails means', () => {
  it('invalid_grant ends the session', async () => {
    fake.endLogins('alice');
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
  });

  it('so does a session without refresh token', async () => {
    const tokens = { ...session.tokens, refreshToken: undefined };
    expect((await errorOf(provider.refresh({ ...session, tokens }))).code).toBe('session-ended');
  });

  it.each([
    ['500', reply({ status: 500 })],
    ['503 with invalid_grant in it', reply({ status: 503, json: { error: 'invalid_grant' } })],
    ['200 with invalid_grant in it', reply({ json: { error: 'invalid_grant' } })],
    ['400 with a page', reply({ status: 400, headers: { 'content-type': 'text/html' }, body: 'invalid_grant' })],
    ['400 with another error', reply({ status: 400, json: { error: 'invalid_request' } })],
    ['401', reply({ status: 401, json: { error: 'invalid_client' } })],
    [
      '401 with a challenge',
      reply({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, json: { error: 'invalid_client' } }),
    ],
    ['429', reply({ status: 429 })],
    ['a redirect', reply({ status: 307, headers: { location: 'https://evil.example/token' } })],
    ['nonsense', reply({ headers: { 'content-type': 'application/json' }, body: '{"access_token":' })],
    ['an empty answer', reply({ headers: { 'content-type': 'application/json' } })],
    ['204', reply({ status: 204 })],
    ['a list', reply({ json: [] })],
    ['no access token', reply({ json: { token_type: 'Bearer' } })],
    ['more than 256 KB', reply({ json: { access_token: 'x'.repeat(300_000), token_type: 'Bearer' } })],
    [
      'an answer without end',
      reply({ chunks: endless(), chunkDelay: 20, headers: { 'content-type': 'application/json' } }),
    ],
    ['silence', hang()],
  ])('%s does not, and the next one works', async (_what, behaviour) => {
    fake.answer('token', behaviour);
    const error = await errorOf(provider.refresh(session));
    expect(error.code).toBe('identity-provider-unavailable');
    expect(allOf(error)).not.toContain(session.tokens.refreshToken);
    fake.answer('token', undefined);
    await provider.refresh(session);
  });

  it('nor does a connection that is refused', async () => {
    const error = await errorOf((await closedProvider()).refresh(session));
    expect(error.code).toBe('identity-provider-unavailable');
    expect(error.detail).toBeUndefined();
  });
});

function* endless(): Iterable<string> {
  for (;;) yield ' ';
}

describe('the end of a login', () => {
  it('case 60: revokes the refresh token', async () => {
    await provider.revoke(session);
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
  });

  it('throws nothing when the provider is away, slow or knows no revocation', async () => {
    const before = fake.calls.revocation;
    fake.answer('revocation', hang());
    await provider.revoke(session);
    fake.answer('revocation', reply({ status: 500 }));
    await provider.revoke(session);
    fake.tamper = { discovery: ({ revocation_endpoint: _, ...rest }) => rest };
    await providerOf(fake).revoke(session);
    expect(fake.calls.revocation).toBe(before + 2);
    await (await closedProvider()).revoke(session);
  });

  it('case 65: knows where the browser logs out at the provider, if there is such a place, with no token in it', async () => {
    const url = await provider.endSessionUrl(session, '/');
    expect(url?.href.startsWith(`${fake.issuer}/logout?`)).toBe(true);
    expect(Object.fromEntries(url!.searchParams)).toEqual({
      client_id: 'web-bff',
      logout_hint: session.providerSession,
      post_logout_redirect_uri: 'http://127.0.0.1:3999/',
    });
    fake.tamper = { discovery: ({ end_session_endpoint: _, ...rest }) => rest };
    expect(await providerOf(fake).endSessionUrl(session, '/')).toBeUndefined();
  });
});

describe('tokens for upstreams', () => {
  it('come by client credentials', async () => {
    const { accessToken, expiresAt } = await provider.clientToken({ scope: 'read', audience: 'catalog' });
    expect(await provider.introspect(accessToken)).toMatchObject({ sub: 'web-bff', aud: 'catalog', scope: 'read' });
    expect(expiresAt).toBeGreaterThan(Date.now() + 50_000);
    fake.answer('token', reply({ status: 500 }));
    expect((await errorOf(provider.clientToken({}))).code).toBe('identity-provider-unavailable');
  });

  it('come by exchange, and a refusal is no fault of the provider', async () => {
    fake.settings.exchangeAudiences = ['ordering'];
    const { accessToken } = await provider.exchangeToken(session.tokens.accessToken, { audience: 'ordering' });
    expect(await provider.introspect(accessToken)).toMatchObject({ sub: 'alice', aud: 'ordering' });
    const refused = await errorOf(provider.exchangeToken(session.tokens.accessToken, { audience: 'basket' }));
    expect(refused.code).toBe('forbidden');
    expect(allOf(refused)).not.toContain(session.tokens.accessToken);
    fake.answer('token', reply({ status: 400, json: { error: 'invalid_client' } }));
    const unknown = provider.exchangeToken(session.tokens.accessToken, { audience: 'nobody' });
    expect((await errorOf(unknown)).code).toBe('forbidden');
    for (const answer of [
      { status: 401, json: { error: 'invalid_client' } },
      { status: 429, json: { error: 'slow_down' } },
    ]) {
      fake.answer('token', reply(answer));
      const failed = provider.exchangeToken(session.tokens.accessToken, { audience: 'ordering' });
      expect((await errorOf(failed)).code).toBe('identity-provider-unavailable');
    }
    fake.answer('token', reply({ status: 502 }));
    const away = await errorOf(provider.exchangeToken(session.tokens.accessToken, { audience: 'ordering' }));
    expect(away.code).toBe('identity-provider-unavailable');
  });

  it('are introspected: inactive is undefined, silence is an error', async () => {
    expect(await provider.introspect('unknown')).toBeUndefined();
    fake.answer('introspection', reply({ json: { active: 'true' } }));
    expect((await errorOf(provider.introspect('x'))).code).toBe('identity-provider-unavailable');
    fake.answer('introspection', hang());
    expect((await errorOf(provider.introspect('x'))).code).toBe('identity-provider-unavailable');
  });
});
