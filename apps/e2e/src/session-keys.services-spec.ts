import { randomBytes } from 'node:crypto';
import {
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
const SERVICES = ['CATALOG', 'INVENTORY', 'BASKET', 'ORDERING', 'CUSTOMER_ORDERS', 'REVIEWS'];

describe('a change of SESSION_KEYS, rolled out over two processes with one Redis', () => {
  const [old, next] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  let provider: FakeIdentityProvider;
  let shop: FakeUpstream;
  let ports: readonly number[];
  const replicas: ServerProcess[] = [];

  const run = async (index: number, keys: readonly string[]): Promise<void> => {
    await replicas[index]?.stop();
    const environment = {
      ...Object.fromEntries(SERVICES.map((name) => [`${name}_URL`, shop.url])),
      OIDC_ISSUER: provider.issuer,
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
      REDIS_URL: requireService('REDIS_URL'),
      SESSION_KEYS: keys.join(','),
    };
    replicas[index] = new ServerProcess('web-bff', 'apps/web-bff', environment, { port: ports[index]! });
    await replicas[index].start();
  };

  const isGood = async (browser: HttpBrowser): Promise<boolean> => {
    const answers = await Promise.all(replicas.map(({ url }) => browser.ask(url + ORDERS)));
    return answers.every(({ status }) => status === 200);
  };

  beforeAll(async () => {
    provider = await startFakeIdentityProvider();
    provider.user = 'alice';
    provider.settings.accessTokenLife = 300;
    shop = await startFakeUpstream({ '/customers/me/orders': reply({ json: { items: [], next: null } }) });
    ports = [await freePort(), await freePort()];
    await Promise.all([run(0, [old]), run(1, [old])]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await Promise.all([provider.close(), shop.close()]);
  });

  it('ends no session and no login: the new key goes second, then first, and the old one goes last', async () => {
    const first = new HttpBrowser();
    await first.logIn(replicas[0]!.url);
    const begun: HttpBrowser[] = [first];
    for (const keys of [
      [old, next],
      [next, old],
    ]) {
      for (const index of [0, 1]) {
        await run(index, keys);
        // In the middle of the rollout too: what one process seals the other can read.
        for (const [from, to] of [
          [0, 1],
          [1, 0],
        ] as const) {
          const browser = new HttpBrowser();
          const landed = await browser.logIn(replicas[from]!.url, { callback: replicas[to]!.url });
          expect(landed.status).toBe(200);
          begun.push(browser);
        }
        for (const browser of begun) expect(await isGood(browser)).toBe(true);
      }
    }
    const latest = begun.at(-1)!;
    await Promise.all([run(0, [next]), run(1, [next])]);
    expect(await isGood(latest)).toBe(true);
    // Sealed with the key that is gone: SESSION_LIFE had not passed.
    expect((await first.ask(replicas[0]!.url + ORDERS)).status).toBe(401);
  }, 180_000);
});
