import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  type FakeIdentityProvider,
  generateSigningKey,
  hang,
  httpRequest,
  mintToken,
  publicJwk,
  reply,
  startFakeIdentityProvider,
} from './index.ts';

type Answer = Record<string, string>;
const VERIFIER = 'a'.repeat(43);
const REDIRECT = 'http://127.0.0.1:3000/bff/callback';
let provider: FakeIdentityProvider;
beforeEach(async () => (provider = await startFakeIdentityProvider()));
afterEach(() => provider.close());

const authorizeQuery = (extra: Answer = {}) =>
  new URLSearchParams({
    client_id: 'web-bff',
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid',
    state: 's1',
    nonce: 'n1',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: 'alice',
    ...extra,
  });
const redirectOf = async (query: URLSearchParams) => {
  const answer = await httpRequest(`${provider.issuer}/authorize?${query}`);
  return new URL(answer.headers.location ?? '').searchParams;
};
const post = (path: string, form: Answer) =>
  httpRequest(`${provider.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form).toString() });
const web = { client_id: 'web-bff', client_secret: 'web-bff-secret' };
const redeem = (code: string | null, extra: Answer = {}) =>
  post('/token', {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...web,
    ...extra,
  });
const login = async () => (await redeem((await redirectOf(authorizeQuery())).get('code'))).json<Answer>();
const refresh = (token = '') => post('/token', { grant_type: 'refresh_token', refresh_token: token, ...web });
const keySet = () => createRemoteJWKSet(new URL(`${provider.issuer}/keys`));

describe('fake identity provider', () => {
  it('logs a user in by code with PKCE, and signs what it gives', async () => {
    const query = await redirectOf(authorizeQuery());
    expect(Object.fromEntries(query)).toMatchObject({ state: 's1', iss: provider.issuer });
    const tokens = (await redeem(query.get('code'))).json<Answer>();
    const { payload } = await jwtVerify(tokens.id_token ?? '', keySet(), {
      issuer: provider.issuer,
      audience: 'web-bff',
    });
    expect(payload).toMatchObject({ sub: 'alice', nonce: 'n1', roles: ['customer'] });
    const access = await jwtVerify(tokens.access_token ?? '', keySet(), { audience: 'portico-api', typ: 'at+jwt' });
    expect(access.payload).toMatchObject({ client_id: 'web-bff', scope: 'openid' });
    expect(provider.calls).toMatchObject({ authorize: 1, token: 1 });
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'b'.repeat(43) }, 400],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:1/' }, 400],
    ['another client', { client_id: 'admin-bff', client_secret: 'admin-bff-secret' }, 400],
    ['a wrong secret', { client_secret: 'x' }, 401],
    ['a public client with a secret', { client_id: 'mobile-app' }, 401],
  ])('refuses a code with %s', async (_what, change, status) => {
    expect((await redeem((await redirectOf(authorizeQuery())).get('code'), change)).status).toBe(status);
  });

  it('refuses a login without PKCE or of nobody', async () => {
    expect((await redirectOf(authorizeQuery({ code_challenge_method: 'plain' }))).get('error')).toBe('invalid_request');
    const query = authorizeQuery();
    query.delete('login_hint');
    expect((await redirectOf(query)).get('error')).toBe('login_required');
    provider.user = 'bob';
    expect((await redirectOf(query)).get('code')).not.toBeNull();
  });

  it('takes a pushed authorization request once', async () => {
    const pushed = await post('/par', { ...Object.fromEntries(authorizeQuery()), ...web });
    const uri = pushed.json<Answer>().request_uri ?? '';
    const query = new URLSearchParams({ client_id: 'web-bff', request_uri: uri });
    expect((await redirectOf(query)).get('state')).toBe('s1');
    expect((await httpRequest(`${provider.issuer}/authorize?${query}`)).status).toBe(400);
  });

  it('rotates refresh tokens; the second use of one ends the login', async () => {
    const first = await login();
    const second = (await refresh(first.refresh_token)).json<Answer>();
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).json()).toEqual({ error: 'invalid_grant' });
    expect((await refresh(second.refresh_token)).status).toBe(400);
    const active = await post('/introspect', { token: second.access_token ?? '', ...web });
    expect(active.json()).toEqual({ active: false });
  });

  it('ends logins by revocation and by staff', async () => {
    const first = await login();
    expect((await post('/revoke', { token: first.refresh_token ?? '', ...web })).status).toBe(200);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    const second = await login();
    provider.endLogins('alice');
    expect((await refresh(second.refresh_token)).status).toBe(400);
  });

  it('gives tokens by client credentials and by exchange, opaque ones too', async () => {
    provider.settings.tokenFormat = 'opaque';
    provider.settings.exchangeAudiences = ['ordering'];
    const { access_token: subject = '' } = await login();
    const exchange = (audience: string) =>
      post('/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: subject,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience,
        ...web,
      });
    const exchanged = (await exchange('ordering')).json<Answer>();
    const seen = await post('/introspect', { token: exchanged.access_token ?? '', ...web });
    expect(seen.json()).toMatchObject({ active: true, sub: 'alice', aud: 'ordering', client_id: 'web-bff' });
    expect((await exchange('basket')).json()).toEqual({ error: 'invalid_target' });
    const own = await post('/token', { grant_type: 'client_credentials', audience: 'catalog', ...web });
    const { access_token: token = '' } = own.json<Answer>();
    expect((await post('/introspect', { token, ...web })).json()).toMatchObject({ sub: 'web-bff', aud: 'catalog' });
  });

  it('knows clients by private_key_jwt', async () => {
    const key = generateSigningKey('ES256');
    provider.clients.set('keyed', { keys: [publicJwk(key)] });
    const ask = async (signedBy = key) => {
      const exp = Math.floor(Date.now() / 1000) + 60;
      const claims = { iss: 'keyed', sub: 'keyed', aud: provider.issuer, exp };
      return post('/token', {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: mintToken({ claims, key: signedBy }),
      });
    };
    expect((await ask()).status).toBe(200);
    expect((await ask({ ...generateSigningKey('ES256'), kid: key.kid })).status).toBe(401);
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('signs with %s after a rotation', async (alg) => {
    const before = provider.accessToken('alice');
    provider.rotateKeys({ alg });
    expect((await jwtVerify(provider.accessToken('alice'), keySet())).protectedHeader.alg).toBe(alg);
    await expect(jwtVerify(before, keySet())).rejects.toThrow('no applicable key');
  });

  it('corrupts what it is asked to, and is honest again', async () => {
    provider.tamper = { idTokenClaims: (claims) => ({ ...claims, sub: 'mallory' }), idTokenKey: 'none' };
    expect((await login()).id_token).toMatch(/\.$/);
    provider.tamper = { callback: (query) => query.set('iss', 'https://evil.example') };
    expect((await redirectOf(authorizeQuery())).get('iss')).toBe('https://evil.example');
    provider.tamper = {};
    provider.answer('token', reply({ status: 500 }));
    expect((await refresh('x')).status).toBe(500);
    provider.answer('token', hang());
    await expect(httpRequest(`${provider.issuer}/token`, { timeout: 50 })).rejects.toThrow();
    provider.answer('token', undefined);
    await jwtVerify((await login()).id_token ?? '', keySet(), { subject: 'alice' });
  });
});
