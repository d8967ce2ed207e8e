import { createPublicKey } from 'node:crypto';
import {
  type FakeIdentityProvider,
  generateSigningKey,
  publicJwk,
  type SigningKey,
  startFakeIdentityProvider,
} from '@portico/testing';
import { allOf, errorOf, logIn, plain, providerOf, PUBLIC_URL, visit } from '../../test/provider-fixture.ts';
import type { Provider } from './provider.ts';

let fake: FakeIdentityProvider;
let provider: Provider;

beforeAll(async () => {
  fake = await startFakeIdentityProvider();
});
beforeEach(() => {
  fake.tamper = {};
  fake.user = 'alice';
  provider = providerOf(fake);
});
afterAll(() => fake.close());

describe('a login', () => {
  it('goes by pushed request, code, PKCE S256, state and nonce, and brings a principal and tokens', async () => {
    const { url, attempt } = await provider.beginLogin({ returnTo: '/orders', acr: ['2'], maxAge: 60 });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const pushed = new URLSearchParams(fake.requests.findLast(({ url }) => url === '/par')?.body.toString());
    expect(Object.fromEntries(pushed)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${PUBLIC_URL}/bff/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
      acr_values: '2',
      max_age: '60',
    });
    expect(pushed.get('code_challenge')).not.toBe(attempt.codeVerifier);
    expect(attempt).toMatchObject({ returnTo: '/orders', acr: ['2'], maxAge: 60 });
    const before = Date.now();
    const { principal, tokens, providerSession } = await provider.completeLogin(await visit(url), attempt);
    expect(plain(principal)).toMatchObject({
      id: `${fake.issuer} alice`,
      issuer: fake.issuer,
      subject: 'alice',
      door: 'session',
      clientId: 'web-bff',
      roles: ['customer'],
      scopes: ['openid', 'profile', 'email'],
      acr: '2',
      claims: { name: 'alice', email: 'alice@shop.test' },
      session: undefined,
    });
    expect(principal.authTime).toBeGreaterThanOrEqual(Math.floor(before / 1000));
    expect(Object.keys(principal.claims)).not.toEqual(expect.arrayContaining(['nonce']));
    expect(Object.isFrozen(principal)).toBe(true);
    expect(providerSession).toEqual(expect.any(String));
    expect(tokens.accessTokenExpiresAt).toBeGreaterThanOrEqual(before + 60_000);
    expect(tokens.refreshTokenExpiresAt).toBeGreaterThanOrEqual(before + 1_800_000);
    expect(tokens.refreshToken).toEqual(expect.any(String));
  });

  it('puts everything into the URL where no pushed requests are taken', async () => {
    fake.tamper = { discovery: ({ pushed_authorization_request_endpoint: _, ...rest }) => rest };
    const before = fake.calls.par;
    const { url, attempt } = await provider.beginLogin({ returnTo: '/', prompt: 'login' });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ state: attempt.state, prompt: 'login' });
    expect((await provider.completeLogin(await visit(url), attempt)).principal.subject).toBe('alice');
    expect(fake.calls.par).toBe(before);
  });

  it('authenticates the BFF by private_key_jwt', async () => {
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
      const key = generateSigningKey(alg);
      const { kid: _, ...jwk } = publicJwk(key);
      fake.clients.set('keyed', { keys: [jwk] });
      const clientKey = (key.key as { export(options: object): string }).export({ type: 'pkcs8', format: 'pem' });
      const keyed = providerOf(fake, { clientId: 'keyed', clientSecret: undefined, clientKey });
      expect((await logIn(keyed)).principal.clientId).toBe('keyed');
    }
  });

  it('authenticates by the form where the provider takes no header', async () => {
    fake.tamper = {
      discovery: (document) => ({ ...document, token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    };
    await logIn(provider);
    const post = fake.requests.findLast(({ url }) => url === '/token');
    expect(post?.headers.authorization).toBeUndefined();
    expect(post?.body.toString()).toContain('client_secret=web-bff-secret');
  });

  it('refuses a prompt that the provider does not offer, and a wrong secret is nobody’s failed login', async () => {
    const error = await errorOf(provider.beginLogin({ returnTo: '/', prompt: 'select_account' }));
    expect(error).toMatchObject({ code: 'input-invalid', fields: [{ field: 'prompt' }] });
    const wrong = providerOf(fake, { clientSecret: 'wrong' });
    expect((await errorOf(wrong.beginLogin({ returnTo: '/' }))).code).toBe('identity-provider-unavailable');
  });
});

describe('case 54: the answer must be to this attempt', () => {
  it.each([
    ['a wrong state', (query: URLSearchParams) => query.set('state', 'x'.repeat(43))],
    ['no state', (query: URLSearchParams) => query.delete('state')],
    ['the state twice', (query: URLSearchParams) => query.append('state', query.get('state')!)],
    ['no code', (query: URLSearchParams) => query.delete('code')],
    ['another code', (query: URLSearchParams) => query.set('code', 'stolen')],
    ['a code twice', (query: URLSearchParams) => query.append('code', 'another')],
    ['an ID token in the query', (query: URLSearchParams) => query.set('id_token', 'e30.e30.')],
  ])('refuses %s', async (_what, callback) => {
    fake.tamper = { callback };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it('redeems a code once', async () => {
    const { url, attempt } = await provider.beginLogin({ returnTo: '/' });
    const callback = await visit(url);
    await provider.completeLogin(callback, attempt);
    expect((await errorOf(provider.completeLogin(callback, attempt))).code).toBe('login-failed');
  });

  it('refuses the verifier of another attempt', async () => {
    const mine = await provider.beginLogin({ returnTo: '/' });
    const { codeVerifier } = (await provider.beginLogin({ returnTo: '/' })).attempt;
    const error = await errorOf(provider.completeLogin(await visit(mine.url), { ...mine.attempt, codeVerifier }));
    expect(error).toMatchObject({ code: 'login-failed', detail: expect.stringContaining('invalid_grant') });
  });

  it('says what the provider refused, but nothing that it was not meant to say', async () => {
    fake.user = undefined;
    const { url, attempt } = await provider.beginLogin({ returnTo: '/', prompt: 'none' });
    const callback = await visit(url);
    expect(await errorOf(provider.completeLogin(callback, attempt))).toMatchObject({
      code: 'login-failed',
      detail: 'The identity provider refused the login (login_required).',
    });
    callback.searchParams.set('error', '<script>alert(1)</script>');
    const strange = await errorOf(provider.completeLogin(callback, attempt));
    expect(strange.code).toBe('login-failed');
    expect(allOf(strange)).not.toContain('script');
    callback.searchParams.set('error', 'temporarily_unavailable');
    const passing = await errorOf(provider.completeLogin(callback, attempt));
    expect(passing.code).toBe('identity-provider-unavailable');
  });
});

describe('case 55 and 56: the ID token', () => {
  const claimCases: ReadonlyArray<[string, Record<string, unknown>]> = [
    ['a wrong nonce', { nonce: 'other' }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'admin-bff' }],
    ['no audience', { aud: undefined }],
    ['a further audience without azp', { aud: ['web-bff', 'admin-bff'] }],
    ['another azp', { azp: 'admin-bff' }],
    ['another azp and two audiences', { aud: ['web-bff', 'admin-bff'], azp: 'admin-bff' }],
    ['an end in the past', { exp: 1_700_000_000 }],
    ['no end', { exp: undefined }],
    ['an end that is no number', { exp: '9999999999' }],
    ['a begin in the future', { nbf: 9_999_999_999 }],
    ['no sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['a sub that is no text', { sub: 7 }],
    ['no iat', { iat: undefined }],
    ['claims that are 3,000 levels deep', { deep: JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`) as unknown }],
  ];
  it.each(claimCases)('refuses %s', async (_what, claims) => {
    fake.tamper = { idTokenClaims: (honest) => ({ ...honest, ...claims }) };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it('refuses alg none', async () => {
    fake.tamper = { idTokenKey: 'none' };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it.each(['client secret', 'public key'] as const)('refuses HS256 with the %s', async (which) => {
    const publicKey = createPublicKey(fake.signingKey.key as never).export({ type: 'spki', format: 'pem' });
    const secret = which === 'client secret' ? 'web-bff-secret' : publicKey.toString();
    fake.tamper = {
      idTokenKey: { kid: fake.signingKey.kid, alg: 'HS256', key: Buffer.from(secret) },
      // Even where the provider itself claims to sign so.
      discovery: (document) => ({ ...document, id_token_signing_alg_values_supported: ['RS256', 'HS256'] }),
    };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it.each([
    ['another key under the same kid', (): SigningKey => ({ ...generateSigningKey(), kid: fake.signingKey.kid })],
    ['an unknown kid', () => generateSigningKey()],
  ])('refuses %s', async (_what, keyOf) => {
    fake.tamper = { idTokenKey: keyOf() };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it('refuses a changed payload, keys that the token brings along, and unknown critical headers', async () => {
    fake.tamper = {
      tokenAnswer: (answer) => {
        const [header, payload, signature] = String(answer.id_token).split('.');
        const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
        const changed = Buffer.from(JSON.stringify({ ...claims, roles: ['manager'] })).toString('base64url');
        return { ...answer, id_token: `${header}.${changed}.${signature}` };
      },
    };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
    const own = generateSigningKey();
    fake.tamper = { idTokenKey: own, idTokenHeader: { jwk: publicJwk(own), jku: 'http://127.0.0.1:1/keys' } };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
    fake.tamper = { idTokenHeader: { crit: ['b64'], b64: true } };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it('must be there', async () => {
    fake.tamper = { tokenAnswer: ({ id_token: _, ...rest }) => rest };
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
  });

  it('takes more audiences when azp names this client', async () => {
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, aud: ['web-bff', 'api'], azp: 'web-bff' }) };
    expect((await logIn(provider)).principal.subject).toBe('alice');
  });
});

describe('case 57: the issuer in the answer', () => {
  it.each([
    ['another one', (query: URLSearchParams) => query.set('iss', 'https://evil.example')],
    ['none, although the provider says that it sends one', (query: URLSearchParams) => query.delete('iss')],
    ['two', (query: URLSearchParams) => query.append('iss', 'https://evil.example')],
  ])('refuses %s, and sends the code nowhere', async (_what, callback) => {
    fake.tamper = { callback };
    const before = fake.calls.token;
    expect((await errorOf(logIn(provider))).code).toBe('login-failed');
    expect(fake.calls.token).toBe(before);
  });
});

describe('step-up: what was asked for is in the answer', () => {
  it('refuses another acr than those that were asked for', async () => {
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, acr: '1' }) };
    expect(await errorOf(logIn(provider, { acr: ['2', '3'] }))).toMatchObject({
      code: 'login-failed',
      detail: 'The login was not as strong as this page needs it.',
    });
    fake.tamper = { idTokenClaims: ({ acr: _, ...claims }) => claims };
    expect((await errorOf(logIn(provider, { acr: ['2'] }))).code).toBe('login-failed');
  });

  it('refuses a login that is older than asked for, or of unknown age', async () => {
    const now = Math.floor(Date.now() / 1000);
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, auth_time: now - 100 }) };
    expect((await errorOf(logIn(provider, { maxAge: 60 }))).code).toBe('login-failed');
    expect((await logIn(provider, { maxAge: 120 })).principal.authTime).toBe(now - 100);
    fake.tamper = { idTokenClaims: ({ auth_time: _, ...claims }) => claims };
    expect((await errorOf(logIn(provider, { maxAge: 60 }))).code).toBe('login-failed');
  });
});

describe('roles', () => {
  it.each([
    ['a text', 'staff', []],
    ['a text with commas', 'customer,staff', []],
    ['an object', { staff: true }, []],
    ['a list with something else in it', ['staff', 7], []],
    ['missing', undefined, []],
    ['a list of texts', ['staff'], ['staff']],
  ])('case 50: the claim is %s', async (_what, roles, expected) => {
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, roles }) };
    expect([...(await logIn(provider)).principal.roles]).toEqual(expected);
  });

  it('are found by steps into objects, own properties only', async () => {
    fake.tamper = { idTokenClaims: (claims) => ({ ...claims, realm_access: { roles: ['manager'] } }) };
    const nested = providerOf(fake, { rolesClaim: 'realm_access.roles' });
    expect([...(await logIn(nested)).principal.roles]).toEqual(['manager']);
    expect([...(await logIn(providerOf(fake, { rolesClaim: 'constructor.name' }))).principal.roles]).toEqual([]);
    expect([...(await logIn(providerOf(fake, { rolesClaim: 'roles.0' }))).principal.roles]).toEqual([]);
  });
});

describe('case 65: errors', () => {
  it('hold no token, code or secret, whatever went wrong', async () => {
    const secrets: string[] = ['web-bff-secret'];
    const tokenAnswer = (answer: Record<string, unknown>) => {
      secrets.push(...['access_token', 'refresh_token', 'id_token'].map((name) => String(answer[name])));
      return answer;
    };
    const tamperings: Array<FakeIdentityProvider['tamper']> = [
      { tokenAnswer, idTokenClaims: (claims) => ({ ...claims, aud: 'other' }) },
      { tokenAnswer, idTokenKey: generateSigningKey() },
      { tokenAnswer: (answer) => ({ ...tokenAnswer(answer), token_type: 'mac' }) },
      { tokenAnswer: (answer) => ({ ...tokenAnswer(answer), expires_in: 'soon' }) },
      { tokenAnswer: (answer) => ({ ...tokenAnswer(answer), id_token: `${String(answer.id_token)}.a.b` }) },
      { tokenAnswer: (answer) => ({ ...tokenAnswer(answer), id_token: String(answer.access_token) }) },
      { callback: (query) => secrets.push(query.get('code')!) && query.set('iss', 'https://evil.example') },
    ];
    for (const tamper of tamperings) {
      fake.tamper = tamper;
      const told = allOf(await errorOf(logIn(provider)));
      for (const secret of secrets) expect(told).not.toContain(secret.slice(0, 40));
    }
    expect(secrets.length).toBeGreaterThan(15);
  });
});
