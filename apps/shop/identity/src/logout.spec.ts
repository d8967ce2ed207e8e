import { type FakeUpstream, reply, startFakeUpstream } from '@portico/testing';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { target } from '../test/browser.ts';
import { oauthError, RunningIdentity } from '../test/running-identity.ts';

let identity: RunningIdentity;
let bff: FakeUpstream;
/** Requests of the tests before. */
let seen = 0;

beforeAll(async () => {
  bff = await startFakeUpstream({});
  identity = await RunningIdentity.start({ WEB_BFF_URL: bff.url, ADMIN_BFF_URL: `${bff.url}/admin` });
});
beforeEach(() => {
  bff.use(reply({ status: 200 }));
  seen = bff.requests.length;
});
afterAll(async () => {
  await identity.close();
  await bff.close();
});

const logoutTokens = (): string[] =>
  bff.requests
    .slice(seen)
    .filter(({ url }) => url.endsWith('/bff/backchannel-logout'))
    .map(({ body }) => new URLSearchParams(body.toString()).get('logout_token') ?? '');

async function endSessionUrl(parameters: Record<string, string>): Promise<URL> {
  return client.buildEndSessionUrl(await identity.client('web-bff'), parameters);
}

describe('a logout at the provider', () => {
  it('with the ID token asks nothing, tells the clients, and leads back', async () => {
    const browser = identity.browser();
    const tokens = await identity.logIn('alice', { browser });
    const url = await endSessionUrl({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: `${bff.url}/`,
      state: 'the state',
    });
    expect(target(await browser.open(url)).href).toBe(`${bff.url}/?state=the+state`);
    const [token, ...more] = logoutTokens();
    expect(more).toEqual([]);
    const keys = createRemoteJWKSet(new URL(`${identity.url}/jwks`));
    const checked = { issuer: identity.url, audience: 'web-bff', typ: 'logout+jwt', maxTokenAge: 10 };
    const { payload } = await jwtVerify(token ?? '', keys, checked);
    expect(payload).toMatchObject({
      sub: tokens.claims()?.sub,
      sid: tokens.claims()?.sid,
      jti: expect.any(String) as string,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('with the sid that only the client knows asks nothing either, and with any other it does', async () => {
    const browser = identity.browser();
    const sid = (await identity.logIn('alice', { browser })).claims()?.sid;
    const back = { post_logout_redirect_uri: `${bff.url}/` };
    expect((await browser.open(await endSessionUrl({ ...back, logout_hint: 'another' }))).text).toContain('Log out?');
    const known = await endSessionUrl({ ...back, logout_hint: String(sid) });
    expect(target(await browser.open(known)).href).toBe(`${bff.url}/`);
  });

  it('ends the tokens of all that this browser logged in to', async () => {
    const browser = identity.browser();
    const [web, again] = [await identity.logIn('alice', { browser }), await identity.logIn('alice', { browser })];
    const mobile = await identity.logIn('alice', { browser, id: 'mobile-app' });
    const elsewhere = await identity.logIn('alice');
    await browser.open(await endSessionUrl({ id_token_hint: web.id_token ?? '' }));
    expect(await oauthError(identity.refresh('web-bff', web.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('web-bff', again.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('mobile-app', mobile.refresh_token))).toBe('invalid_grant');
    expect(await identity.introspect('portico-api', mobile.access_token)).toEqual({ active: false });
    expect((await identity.refresh('web-bff', elsewhere.refresh_token)).refresh_token).toEqual(expect.any(String));
    expect((await browser.open(await authorizationUrl())).text).toContain('type="password"');
  });

  it('twice, or with nobody there, leads back at once', async () => {
    const browser = identity.browser();
    const { id_token: hint = '' } = await identity.logIn('alice', { browser });
    const url = await endSessionUrl({ id_token_hint: hint, post_logout_redirect_uri: `${bff.url}/` });
    for (let round = 0; round < 2; round++) expect(target(await browser.open(url)).href).toBe(`${bff.url}/`);
    expect(target(await identity.browser().open(url)).href).toBe(`${bff.url}/`);
    expect(logoutTokens()).toHaveLength(1);
  });

  it('asks when nobody shows who is logged in, and does it then', async () => {
    const browser = identity.browser();
    const tokens = await identity.logIn('alice', { browser });
    const page = await browser.open(`${identity.url}/session/end`);
    expect(page.text).toContain('Log out?');
    expect(page.text).not.toContain('<script');
    expect((await identity.refresh('web-bff', tokens.refresh_token)).access_token).toEqual(expect.any(String));
    const end = await browser.submit(page, { logout: 'yes' });
    expect(end.text).toContain('You are logged out');
    expect(logoutTokens()).toHaveLength(1);
    expect((await browser.open(await authorizationUrl())).text).toContain('type="password"');
  });

  it('asks when the ID token is of another user', async () => {
    const browser = identity.browser();
    await identity.logIn('alice', { browser });
    const { id_token: hint = '' } = await identity.logIn('bob');
    expect((await browser.open(await endSessionUrl({ id_token_hint: hint }))).text).toContain('Log out?');
  });

  it('of one user by the login of another in the same browser ends the tokens of the first', async () => {
    const browser = identity.browser();
    const [first, again] = [await identity.logIn('alice', { browser }), await identity.logIn('alice', { browser })];
    const page = await browser.open(await authorizationUrl({ prompt: 'login' }));
    const change = await browser.submit(page, { username: 'bob', password: 'bob' });
    expect(target(await browser.submit(change, {})).searchParams.get('code')).toEqual(expect.any(String));
    expect((await identity.logIn('nobody', { browser })).claims()).toMatchObject({ preferred_username: 'bob' });
    expect(await oauthError(identity.refresh('web-bff', first.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('web-bff', again.refresh_token))).toBe('invalid_grant');
    expect(logoutTokens()).toHaveLength(1);
  });

  it('leads to no foreign place', async () => {
    const browser = identity.browser();
    const { id_token: hint = '' } = await identity.logIn('alice', { browser });
    const url = await endSessionUrl({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' });
    const page = await browser.open(url);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    ['fails', reply({ status: 500 })],
    ['refuses', reply({ status: 400 })],
  ])('goes on when a client %s', async (_, behaviour) => {
    const browser = identity.browser();
    const tokens = await identity.logIn('alice', { browser });
    bff.use(behaviour);
    const url = await endSessionUrl({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: `${bff.url}/` });
    expect(target(await browser.open(url)).href).toBe(`${bff.url}/`);
    expect(await oauthError(identity.refresh('web-bff', tokens.refresh_token))).toBe('invalid_grant');
  });
});

describe('an administrator', () => {
  it('ends all sessions of a user: each client is told of each, and no token is renewed', async () => {
    const logins = [
      await identity.logIn('sam'),
      await identity.logIn('sam'),
      await identity.logIn('sam', { id: 'admin-bff' }),
    ];
    const other = await identity.logIn('alice');
    const answer = await identity.admin('DELETE', '/users/sam/sessions');
    expect([answer.status, answer.json()]).toEqual([200, { ended: 3 }]);
    expect(logoutTokens()).toHaveLength(3);
    expect(await oauthError(identity.refresh('web-bff', logins[0]?.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('admin-bff', logins[2]?.refresh_token))).toBe('invalid_grant');
    expect((await identity.refresh('web-bff', other.refresh_token)).access_token).toEqual(expect.any(String));
    expect((await identity.admin('DELETE', '/users/sam/sessions')).json()).toEqual({ ended: 0 });
  });

  it('case 51: disables a user, whose tokens are not renewed, and who cannot log in', async () => {
    const browser = identity.browser();
    const tokens = await identity.logIn('bob', { browser });
    const mobile = await identity.logIn('bob', { id: 'mobile-app' });
    expect((await identity.admin('PATCH', '/users/bob', { disabled: true })).status).toBe(204);
    expect(await oauthError(identity.refresh('web-bff', tokens.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.exchange('web-bff', tokens.access_token))).toBe('invalid_request');
    expect(await identity.introspect('portico-api', mobile.access_token)).toEqual({ active: false });
    const page = await browser.open(await authorizationUrl());
    expect((await browser.submit(page, { username: 'bob', password: 'bob' })).status).toBe(401);
    expect((await identity.admin('PATCH', '/users/bob', { disabled: false })).status).toBe(204);
    expect((await identity.logIn('bob')).refresh_token).toEqual(expect.any(String));
  });

  it('case 51: lowers a role, and the next refresh has it', async () => {
    const { refresh_token: token } = await identity.logIn('mia');
    await identity.admin('PATCH', '/users/mia', { roles: ['staff'] });
    expect((await identity.refresh('web-bff', token)).claims()).toMatchObject({ roles: ['staff'] });
  });

  it('changes the signing key for one that was published before; older tokens stay good', async () => {
    const before = await publishedKeys();
    const tokens = await identity.logIn('alice', { id: 'mobile-app' });
    expect((await identity.admin('POST', '/keys/rotate')).status).toBe(204);
    const after = await publishedKeys();
    expect(after.slice(0, 2)).toEqual([before[1], after[1]]);
    expect(after).toContain(before[0]);
    expect(await identity.introspect('portico-api', tokens.access_token)).toMatchObject({ active: true });
    const renewed = await identity.refresh('mobile-app', tokens.refresh_token);
    expect(JSON.parse(Buffer.from(renewed.access_token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: before[1],
    });
    expect((await identity.logIn('alice')).claims()?.sub).toBe(tokens.claims()?.sub);
  });

  it.each([
    ['a browser', { origin: 'http://127.0.0.1:3000' }],
    ['a browser', { 'sec-fetch-site': 'same-origin' }],
    ['a proxy', { 'x-forwarded-for': '127.0.0.1' }],
    ['a name that points here', { host: 'evil.example' }],
  ])('is not %s', async (_, headers) => {
    const answer = await identity.admin(
      'DELETE',
      '/users/alice/sessions',
      undefined,
      headers as Record<string, string>,
    );
    expect(answer.status).toBe(403);
  });

  it.each([
    ['/users/nobody', { disabled: true }, 404],
    ['/users/alice', { roles: ['root'] }, 400],
    ['/users/alice', { password: 'x' }, 400],
  ])('is told what is wrong: %s %j', async (path, body, status) => {
    expect((await identity.admin('PATCH', path, body)).status).toBe(status);
  });
});

async function publishedKeys(): Promise<(string | undefined)[]> {
  const { keys } = (await (await fetch(`${identity.url}/jwks`)).json()) as { keys: Record<string, string>[] };
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  return keys.map(({ kid }) => kid);
}

async function authorizationUrl(changes: Record<string, string> = {}): Promise<URL> {
  return client.buildAuthorizationUrl(await identity.client('web-bff'), {
    redirect_uri: 'http://127.0.0.1:34567/bff/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    ...changes,
  });
}
