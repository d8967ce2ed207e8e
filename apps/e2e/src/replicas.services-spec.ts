import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  eventually,
  type FakeIdentityProvider,
  type FakeUpstream,
  HttpBrowser,
  reply,
  requireService,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { freePort, ServerProcess } from './server-process.ts';

const ORDERS = '/api/account/orders';

describe('two processes of the web BFF and one Redis', () => {
  let provider: FakeIdentityProvider;
  let shop: FakeUpstream;
  let replicas: readonly [ServerProcess, ServerProcess];

  beforeAll(async () => {
    const redis = requireService('REDIS_URL');
    provider = await startFakeIdentityProvider();
    provider.user = 'alice';
    shop = await startFakeUpstream({ '/customers/me/orders': reply({ json: { items: [], next: null } }) });
    const ports = [await freePort(), await freePort()] as const;
    const services = ['CATALOG', 'INVENTORY', 'BASKET', 'ORDERING', 'CUSTOMER_ORDERS', 'REVIEWS'];
    const environment = {
      ...Object.fromEntries(services.map((name) => [`${name}_URL`, shop.url])),
      OIDC_ISSUER: provider.issuer,
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
      REDIS_URL: redis,
      SESSION_KEYS: randomBytes(32).toString('base64url'),
    };
    const [first, second] = ports.map((port) => new ServerProcess('web-bff', 'apps/web-bff', environment, { port }));
    replicas = [first!, second!];
    await Promise.all(replicas.map((replica) => replica.start()));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await Promise.all([provider.close(), shop.close()]);
  });

  it('a login that begins at one ends at the other, and its session is good at both', async () => {
    const browser = new HttpBrowser();
    const landed = await browser.logIn(replicas[0].url, { callback: replicas[1].url });
    expect(landed.status).toBe(200);
    for (const { url } of replicas) expect((await browser.ask(url + ORDERS)).status).toBe(200);
  });

  it('case 63: 20 calls at once with an expired access token, over both: one refresh, 20 times 200', async () => {
    const browser = new HttpBrowser();
    provider.settings.accessTokenLife = 1;
    await browser.logIn(replicas[0].url);
    provider.settings.accessTokenLife = 300;
    await pause(1_500);
    const before = refreshes(provider);
    const calls = Array.from({ length: 20 }, (_, i) => browser.ask(replicas[i % 2]!.url + ORDERS));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    const made = refreshes(provider) - before;
    process.stdout.write(
      `20 calls over two processes: ${made} refresh, statuses ${[...new Set(statuses)].join(', ')}\n`,
    );
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    expect(made).toBe(1);
  });

  it('case 67: a back-channel logout at one ends the session at both within a second', async () => {
    const browser = new HttpBrowser();
    await browser.logIn(replicas[0].url);
    for (const { url } of replicas) expect((await browser.ask(url + ORDERS)).status).toBe(200);
    const token = provider.logoutToken('alice');
    const startedAt = performance.now();
    const posted = await fetch(`${replicas[0].url}/bff/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
    expect([posted.status, await posted.text()]).toEqual([200, '']);
    await eventually(async () => {
      const answers = await Promise.all(replicas.map(({ url }) => browser.ask(url + ORDERS)));
      return answers.every(({ status }) => status === 401);
    }, 1_000);
    process.stdout.write(
      `back-channel logout: both processes refuse after ${(performance.now() - startedAt).toFixed(0)} ms\n`,
    );
  });

  it('case 60: a stolen copy of the cookie is dead at both after the logout at one', async () => {
    const browser = new HttpBrowser();
    await browser.logIn(replicas[1].url);
    const stolen = browser.cookie;
    expect((await browser.ask(`${replicas[1].url}/bff/logout`, { method: 'POST' })).status).toBe(200);
    await eventually(async () => {
      const answers = await Promise.all(
        replicas.map(({ url }) => fetch(url + ORDERS, { headers: { cookie: stolen, 'x-csrf': '1' } })),
      );
      await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      return answers.every(({ status }) => status === 401);
    }, 1_000);
  });
});

/** How often the provider was asked for new tokens by a refresh token. */
function refreshes({ requests }: FakeIdentityProvider): number {
  return requests.filter(({ body }) => body.toString().includes('grant_type=refresh_token')).length;
}
