import { BffError } from '@portico/core';
import { hang, reply } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { type EndpointsWorld, startEndpoints } from '../../test/endpoints-world.ts';
import { PUBLIC_URL } from '../../test/provider-fixture.ts';

const SESSION = '__Host-test-bff';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

let world: EndpointsWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startEndpoints({ timeout: 2_000 });
});
beforeEach(async () => {
  world.fake.user = 'alice';
  world.fake.answer('revocation', undefined);
  browser = new Browser(world.url);
  await browser.logIn();
});
afterAll(() => world.close());

interface User {
  readonly sub: string;
  readonly logoutToken: string;
}

const userOf = async (one: Browser) => (await one.call('/bff/user?anonymous=true')).json<User | null>();
const logOut = (one: Browser) => one.call('/bff/logout', { method: 'POST' });

describe('case 60: logout', () => {
  it('by a call of the page ends the session here, revokes the refresh token, and says where to go on', async () => {
    const stolen = browser.copy();
    const secret = browser.cookies.get(SESSION)!.value;
    const session = (await world.sessions.find(secret))!;
    const answer = await logOut(browser);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    const location = new URL(answer.json<{ location: string }>().location);
    expect(`${location.origin}${location.pathname}`).toBe(`${world.fake.issuer}/logout`);
    expect(location.searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC_URL}/`);
    expect(location.searchParams.get('logout_hint')).toBe(session.providerSession);
    expect(location.href).not.toContain(session.tokens.idToken);
    expect(browser.cookies.size).toBe(0);
    expect(await userOf(stolen)).toBeNull();
    await expect(world.provider.refresh(session)).rejects.toMatchObject({ code: 'session-ended' });
  });

  it('says in the context whose it was, for the audit trail, and of nobody when it is refused', async () => {
    const { logoutToken } = (await userOf(browser))!;
    const session = (await world.sessions.find(browser.cookies.get(SESSION)!.value))!;
    await browser.submit('/bff/logout', { logoutToken: 'x' });
    expect(world.contexts.at(-1)!.principal).toBeUndefined();
    await browser.submit('/bff/logout', { logoutToken });
    expect(world.contexts.at(-1)!.principal).toEqual(session.principal);
    await logOut(browser);
    expect(world.contexts.at(-1)!.principal).toBeUndefined();
  });

  it('twice is fine, and so is one without any session', async () => {
    const copy = browser.copy();
    await logOut(browser);
    for (const one of [browser, copy, new Browser(world.url)]) {
      const answer = await logOut(one);
      expect([answer.status, answer.json()]).toEqual([200, { location: '/' }]);
    }
  });

  it('by a form with the logout token of the session', async () => {
    const { logoutToken } = (await userOf(browser))!;
    const stolen = browser.copy();
    const answer = await browser.submit('/bff/logout', { logoutToken }, { origin: PUBLIC_URL });
    expect([answer.status, answer.headers['referrer-policy']]).toEqual([303, 'no-referrer']);
    expect(answer.headers.location).toMatch(`${world.fake.issuer}/logout?`);
    expect(await userOf(stolen)).toBeNull();
    expect((await browser.submit('/bff/logout', { logoutToken })).headers.location).toBe('/');
  });

  it.each([
    ['no token', {}],
    ['an empty one', { logoutToken: '' }],
    ['a wrong one', { logoutToken: 'x'.repeat(43) }],
  ])('by a form with %s is refused', async (_what, fields) => {
    expect((await browser.submit('/bff/logout', fields as Record<string, string>)).status).toBe(403);
    expect(await userOf(browser)).not.toBeNull();
  });

  it('by a form with the token of another session is refused', async () => {
    const other = new Browser(world.url);
    await other.logIn();
    const { logoutToken } = (await userOf(other))!;
    expect((await browser.submit('/bff/logout', { logoutToken })).status).toBe(403);
  });

  it.each([
    [{ 'x-csrf': '1', origin: 'https://evil.example' }],
    [{ 'x-csrf': '1', origin: 'null' }],
    [{ 'x-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    [{ 'x-csrf': '1', 'sec-fetch-site': 'same-site' }],
    [{ 'x-csrf': '0' }],
    [{ 'x-csrf': '' }],
  ])('case 66: of another site is refused: %j', async (headers) => {
    const answer = await browser.visit('/bff/logout', { method: 'POST', headers });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([403, 'csrf-refused']);
    expect(await userOf(browser)).not.toBeNull();
  });

  it('case 66: a form of another site is refused although it knows the token', async () => {
    const { logoutToken } = (await userOf(browser))!;
    for (const origin of ['https://evil.example', 'null']) {
      expect((await browser.submit('/bff/logout', { logoutToken }, { origin })).status).toBe(403);
    }
    expect(await userOf(browser)).not.toBeNull();
  });

  it.each([true, false])('case 66: GET has no effect, from abroad: %s', async (fromAbroad) => {
    const { logoutToken } = (await userOf(browser))!;
    for (const method of ['GET', 'HEAD']) {
      const answer = await browser.visit(`/bff/logout?logoutToken=${logoutToken}`, { method, fromAbroad });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    }
    expect(await userOf(browser)).not.toBeNull();
  });

  it('does not wait for ever for a provider that is slow, nor fails with one that is broken', async () => {
    for (const behaviour of [hang(), reply({ status: 500 })]) {
      const one = new Browser(world.url);
      await one.logIn();
      const copy = one.copy();
      world.fake.answer('revocation', behaviour);
      expect((await logOut(one)).status).toBe(200);
      expect(await userOf(copy)).toBeNull();
    }
  });

  it('is not claimed when the store is away', async () => {
    const { end } = world.sessions;
    world.sessions.end = () => Promise.reject(new BffError('sessions-unavailable'));
    expect((await logOut(browser)).status).toBe(503);
    world.sessions.end = end;
    expect(browser.cookies.size).toBe(1);
  });

  it.each([
    ['no form', { body: '{}', headers: { 'content-type': 'application/json' } }, 400],
    ['a form of more than 16 KB', { body: 'a'.repeat(20_000), headers: form }, 413],
    ['a form without end', { body: 'a'.repeat(20_000), headers: { ...form, 'transfer-encoding': 'chunked' } }, 413],
  ] as const)('takes %s for what it is', async (_what, request, status) => {
    expect((await browser.visit('/bff/logout', { method: 'POST', ...request })).status).toBe(status);
  });
});
