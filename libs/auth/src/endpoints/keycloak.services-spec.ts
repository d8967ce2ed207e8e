import type { INestApplication } from '@nestjs/common';
import { eventually, httpRequest, requireService } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { startApp } from '../../test/endpoints-world.ts';
import { KeycloakAdmin, KeycloakVisit } from '../../test/keycloak.ts';
import { errorOf } from '../../test/provider-fixture.ts';
import { createProvider } from '../provider/create-provider.ts';
import type { Provider } from '../provider/provider.ts';
import type { Session } from '../session/session.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import type { Sessions } from '../session/sessions.ts';

const SESSION = '__Host-test-bff';
/** Where the realm posts back-channel logouts to; fixed when Keycloak starts. */
const PORT = 3000;
const PUBLIC_URL = `http://127.0.0.1:${PORT}`;

const keycloak = requireService('KEYCLOAK_URL');
const admin = new KeycloakAdmin(keycloak);
const issuer = `${keycloak}/realms/portico`;

const settings = {
  issuer,
  clientId: 'web-bff',
  clientSecret: 'web-bff-secret',
  publicUrl: PUBLIC_URL,
  scope: 'openid profile email',
  rolesClaim: 'realm_access.roles',
  coolDown: 100,
};

let app: INestApplication;
let provider: Provider;
let sessions: Sessions;

beforeAll(async () => {
  provider = createProvider(settings);
  sessions = createSessions({ store: new MemorySessionStore(), cipher: SessionCipher.random() });
  app = await startApp(provider, sessions, { port: PORT, publicUrl: PUBLIC_URL });
});
afterAll(async () => {
  await app.close();
  await sessions.close();
});

/** Logs in through Keycloak's own form. */
async function logIn(browser: Browser, user: string, { visit = new KeycloakVisit(), query = '' } = {}) {
  const begun = await browser.visit(`/bff/login${query}`);
  const { pathname, search } = await visit.logIn(begun.headers.location!, user);
  return browser.visit(`${pathname}${search}`, { fromAbroad: true });
}

const newBrowser = () => new Browser(PUBLIC_URL);
const isIn = async (browser: Browser) => (await browser.call('/bff/user')).status === 200;
const sessionOf = async (browser: Browser): Promise<Session> => {
  const session = await sessions.find(browser.cookies.get(SESSION)?.value ?? '');
  if (!session) throw new Error('there is no session');
  return session;
};

describe('the endpoints with Keycloak', () => {
  it('log in through its form, with roles, and go on to where the user wanted to be', async () => {
    const browser = newBrowser();
    const landed = await logIn(browser, 'alice', { query: '?returnUrl=/orders' });
    expect([landed.status, landed.text]).toEqual([200, expect.stringContaining('0;url=/orders')]);
    const user = (await browser.call('/bff/user')).json<{ roles: string[]; email: string }>();
    expect(user.roles).toContain('customer');
    const { principal, providerSession, tokens } = await sessionOf(browser);
    expect(principal.id).toBe(`${issuer} ${principal.subject}`);
    expect(providerSession).toEqual(expect.any(String));
    expect(tokens.refreshTokenExpiresAt).toBeGreaterThan(Date.now() + 60_000);
  });

  it('refresh, once for many; a refresh token used twice is the end of the session', async () => {
    const browser = newBrowser();
    await logIn(browser, 'bob');
    const session = await sessionOf(browser);
    const fresh = await Promise.all(
      Array.from({ length: 10 }, () => sessions.withFreshToken(session, (stale) => provider.refresh(stale), 3_600_000)),
    );
    expect(new Set(fresh.map(({ tokens }) => tokens.accessToken)).size).toBe(1);
    expect(fresh[0]!.tokens.refreshToken).not.toBe(session.tokens.refreshToken);
    expect([...fresh[0]!.principal.roles]).toContain('customer');
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
    expect((await errorOf(provider.refresh(fresh[0]!))).code).toBe('session-ended');
  });

  it('lose a role that was taken away mid-session with the next refresh, and get it back the same way', async () => {
    const browser = newBrowser();
    await logIn(browser, 'bob');
    const refreshed = async (): Promise<readonly string[]> => {
      const session = await sessionOf(browser);
      const fresh = await sessions.withFreshToken(session, (stale) => provider.refresh(stale), 3_600_000);
      return [...fresh.principal.roles];
    };
    expect(await refreshed()).toContain('customer');
    const giveBack = await admin.takeRole('bob', 'customer');
    try {
      expect(await refreshed()).not.toContain('customer');
    } finally {
      await giveBack();
    }
    expect(await refreshed()).toContain('customer');
  });

  it('log out here and there: the cookie is dead, the refresh token revoked, and Keycloak knows nobody any more', async () => {
    const browser = newBrowser();
    const visit = new KeycloakVisit();
    await logIn(browser, 'alice', { visit });
    const session = await sessionOf(browser);
    const stolen = browser.copy();
    const answer = await browser.call('/bff/logout', { method: 'POST' });
    expect(await isIn(stolen)).toBe(false);
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
    const { location } = answer.json<{ location: string }>();
    expect((await visit.logOut(location)).back.href).toBe(`${PUBLIC_URL}/`);
    const silent = await logIn(browser, 'alice', { visit, query: '?prompt=none&returnUrl=/start' });
    expect([silent.status, silent.text]).toEqual([200, expect.stringContaining('0;url=/start')]);
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  it('log out at Keycloak by a page that asks, where it still knows the login', async () => {
    const browser = newBrowser();
    const visit = new KeycloakVisit();
    await logIn(browser, 'alice', { visit });
    const revoke = jest.spyOn(provider, 'revoke').mockResolvedValue();
    const answer = await browser.call('/bff/logout', { method: 'POST' });
    revoke.mockRestore();
    const { location } = answer.json<{ location: string }>();
    expect(await visit.logOut(location)).toEqual({ asked: true, back: new URL(`${PUBLIC_URL}/`) });
    await logIn(browser, 'alice', { visit, query: '?prompt=none' });
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  it('hang the refresh tokens of one browser on one login, so that a replaced session cannot revoke its own', async () => {
    const browser = newBrowser();
    const visit = new KeycloakVisit();
    await logIn(browser, 'alice', { visit });
    const replaced = await sessionOf(browser);
    await logIn(browser, 'alice', { visit });
    const session = await sessionOf(browser);
    expect(session.providerSession).toBe(replaced.providerSession);
    await provider.revoke(replaced);
    expect((await errorOf(provider.refresh(session))).code).toBe('session-ended');
  });

  it('hear of a logout over the back channel: one login ends within a second, another one stays', async () => {
    const [laptop, phone] = [newBrowser(), newBrowser()];
    await logIn(laptop, 'alice');
    await logIn(phone, 'alice');
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, true]);
    const { providerSession } = await sessionOf(laptop);
    const ended = jest.spyOn(sessions, 'endProviderSession');
    await admin.endSession(providerSession!);
    await eventually(() => ended.mock.calls.length > 0, 1_000);
    ended.mockRestore();
    expect([await isIn(laptop), await isIn(phone)]).toEqual([false, true]);
  });

  it('step up: a fresh login where the old one is too old, with the answer checked', async () => {
    const browser = newBrowser();
    const visit = new KeycloakVisit();
    await logIn(browser, 'sam', { visit });
    const old = browser.copy();
    expect((await logIn(browser, 'sam', { visit, query: '?acr_values=1&max_age=1' })).status).toBe(200);
    expect((await sessionOf(browser)).principal.acr).toBe('1');
    expect([await isIn(old), await isIn(browser)]).toEqual([false, true]);
  });

  it('case 58: log in after a rotation of keys', async () => {
    await logIn(newBrowser(), 'mia');
    const undo = await admin.rotateKeys();
    try {
      await new Promise((resolve) => setTimeout(resolve, settings.coolDown));
      const browser = newBrowser();
      expect((await logIn(browser, 'mia')).status).toBe(200);
      expect(await isIn(browser)).toBe(true);
    } finally {
      await undo();
    }
  });

  it('case 54: refuse a callback in another browser, and a code that was used', async () => {
    const browser = newBrowser();
    const begun = await browser.visit('/bff/login');
    const { pathname, search } = await new KeycloakVisit().logIn(begun.headers.location!, 'bob');
    expect((await newBrowser().visit(`${pathname}${search}`)).status).toBe(400);
    expect((await browser.visit(`${pathname}${search}`, { fromAbroad: true })).status).toBe(200);
    expect((await browser.visit(`${pathname}${search}`, { fromAbroad: true })).status).toBe(400);
  });

  it('get tokens for upstreams: exchanged, and refused for an audience that is not allowed', async () => {
    const browser = newBrowser();
    await logIn(browser, 'alice');
    const { tokens } = await sessionOf(browser);
    const exchanged = await provider.exchangeToken(tokens.accessToken, { audience: 'ordering', scope: 'ordering' });
    const ordering = createProvider({ ...settings, clientId: 'ordering', clientSecret: 'ordering-secret' });
    expect(await ordering.introspect(exchanged.accessToken)).toMatchObject({ active: true });
    expect(await ordering.introspect(tokens.accessToken)).toBeUndefined();
    expect((await errorOf(provider.exchangeToken(tokens.accessToken, { audience: 'nobody' }))).code).toBe('forbidden');
    const reports = createProvider({ ...settings, clientId: 'reports', clientSecret: 'reports-secret' });
    expect((await reports.clientToken({})).expiresAt).toBeGreaterThan(Date.now());
  });

  it('say that the provider is not available when it refuses the BFF itself', async () => {
    const wrong = createProvider({ ...settings, clientSecret: 'wrong' });
    expect((await errorOf(wrong.beginLogin({ returnTo: '/' }))).code).toBe('identity-provider-unavailable');
    const browser = newBrowser();
    await logIn(browser, 'bob');
    const session = await sessionOf(browser);
    expect((await errorOf(wrong.refresh(session))).code).toBe('identity-provider-unavailable');
    await provider.refresh(session);
  });

  it('take no logout token of anybody else', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { tokens } = await (async () => {
      const browser = newBrowser();
      await logIn(browser, 'alice');
      return sessionOf(browser);
    })();
    for (const token of [tokens.idToken, tokens.accessToken]) {
      const body = `logout_token=${token}`;
      const answer = await httpRequest(`${PUBLIC_URL}/bff/backchannel-logout`, { method: 'POST', headers, body });
      expect(answer.status).toBe(400);
    }
  });
});
