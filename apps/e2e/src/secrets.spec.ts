import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import {
  eventually,
  type FakeIdentityProvider,
  type FakeUpstream,
  generateSigningKey,
  HttpBrowser,
  httpRequest,
  reply,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const SERVICES = ['CATALOG', 'INVENTORY', 'BASKET', 'ORDERING', 'CUSTOMER_ORDERS', 'REVIEWS'];

jest.setTimeout(60_000);

describe('case 65: the whole log of a BFF, at its most talkative', () => {
  let idp: FakeIdentityProvider;
  let shop: FakeUpstream;
  let child: ChildProcess | undefined;
  let said = '';
  /** What may stand in no line, with what it is. */
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    idp = await startFakeIdentityProvider();
    idp.user = 'alice';
    shop = await startFakeUpstream({
      '/customers/me/orders': reply({ json: { items: [], next: null } }),
      '/customers/me/addresses': reply({ status: 401, headers: ['WWW-Authenticate', 'Bearer error="invalid_token"'] }),
    });
    listenIn();
  });
  afterAll(async () => {
    if (child && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await shop.close();
    await idp.close();
  });

  function listenIn(): void {
    idp.tamper = {
      tokenAnswer: (answer) => {
        for (const name of ['access_token', 'refresh_token', 'id_token']) {
          if (typeof answer[name] === 'string') secrets.set(answer[name], name);
        }
        return answer;
      },
      callback: (query) => void secrets.set(query.get('code') ?? '', 'code'),
    };
  }

  async function start(folder: string, environment: Record<string, string>): Promise<string> {
    said = '';
    const loader = ['--conditions=@portico/source', '--import', './tools/dev/register.mjs'];
    const settings = {
      ...Object.fromEntries(SERVICES.map((name) => [`${name}_URL`, shop.url])),
      OIDC_ISSUER: idp.issuer,
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
      PORT: '0',
      DRAIN_DELAY: '0',
      ...environment,
    };
    child = spawn(process.execPath, [...loader, `${folder}/src/main.ts`], { cwd: WORKSPACE, env: settings });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (said += String(chunk)));
    return (await eventually(() => /listening[^\n]*?(http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1], 30_000))!;
  }

  async function stop(): Promise<void> {
    const ended = once(child!, 'close');
    child!.kill('SIGTERM');
    await ended;
  }

  function expectNothingSaid(): void {
    for (const [secret, name] of secrets) {
      expect([name, secret.length >= 20]).toEqual([name, true]);
      expect([name, said.includes(secret)]).toEqual([name, false]);
      // The signature of a token is enough to find it again in a log of another.
      expect([name, said.includes(secret.slice(-20))]).toEqual([name, false]);
    }
    expect(said).not.toMatch(/eyJ[\w-]{20}/);
  }

  it('holds no token, code, cookie or secret of a login, a refresh, failures and a logout', async () => {
    const clientSecret = 'a-client-secret-that-nobody-may-read';
    idp.clients.set('web-bff', { secret: clientSecret });
    secrets.set(clientSecret, 'client secret');
    const bff = await start('apps/web-bff', { OIDC_CLIENT_SECRET: clientSecret });
    const browser = new HttpBrowser();
    idp.settings.accessTokenLife = 1;
    await browser.logIn(bff);
    secrets.set(browser.cookie.slice(browser.cookie.indexOf('=') + 1), 'session cookie');
    idp.settings.accessTokenLife = 300;
    await pause(1_200);
    const user = await browser.ask(`${bff}/bff/user`);
    secrets.set(user.json<{ logoutToken: string }>().logoutToken, 'logout token of the session');
    expect((await browser.ask(`${bff}/api/account/orders`)).status).toBe(200);
    expect((await browser.ask(`${bff}/api/account/addresses`)).status).toBe(502);
    const copy = browser.cookie;
    await httpRequest(`${bff}/api/account/orders`, { headers: { cookie: `${copy}; ${copy}`, 'x-csrf': '1' } });
    await httpRequest(`${bff}/api/account/orders?access_token=${[...secrets.keys()][0]}`, {
      headers: { cookie: copy, authorization: `Bearer ${[...secrets.keys()].at(-1)}`, 'x-csrf': '1' },
    });
    idp.tamper = { ...idp.tamper, idTokenKey: generateSigningKey() };
    expect((await new HttpBrowser().logIn(bff)).status).toBe(400);
    listenIn();
    const logoutToken = idp.logoutToken('alice', { aud: 'other' });
    secrets.set(logoutToken, 'logout token');
    const refused = await fetch(`${bff}/bff/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: logoutToken }),
    });
    expect(refused.status).toBe(400);
    idp.answer('token', reply({ status: 500, json: { error: 'server_error', access_token: 'x'.repeat(30) } }));
    expect((await new HttpBrowser().logIn(bff)).status).toBe(503);
    idp.answer('token', undefined);
    expect((await browser.ask(`${bff}/bff/logout`, { method: 'POST' })).status).toBe(200);
    await stop();
    expect([...new Set(secrets.values())].sort()).toEqual([
      'access_token',
      'client secret',
      'code',
      'id_token',
      'logout token',
      'logout token of the session',
      'refresh_token',
      'session cookie',
    ]);
    for (const path of ['login', 'callback', 'logout']) expect(said).toContain(`"path":"/bff/${path}"`);
    expectNothingSaid();
    secrets.clear();
  });

  it('holds no bearer token, good or bad, nor one in a query', async () => {
    const bff = await start('apps/mobile-bff', {});
    const good = idp.accessToken('alice');
    const late = idp.accessToken('alice', { exp: 1_000_000_000 });
    const other = idp.idToken('alice');
    const tokens = { good, late, other, garbage: 'g'.repeat(60) };
    for (const [name, token] of Object.entries(tokens)) secrets.set(token, name);
    const statuses = [];
    for (const token of Object.values(tokens)) {
      const headers = { authorization: `Bearer ${token}` };
      statuses.push((await httpRequest(`${bff}/v1/account/orders`, { headers })).status);
      await httpRequest(`${bff}/v1/account/orders?access_token=${token}`);
    }
    expect(statuses).toEqual([200, 401, 401, 401]);
    await stop();
    expectNothingSaid();
  });
});
