import { createBff } from '@portico/server';
import {
  type FakeIdentityProvider,
  type FakeUpstream,
  HttpBrowser,
  reply,
  reset,
  startBff,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { bff } from './app.module.ts';

describe('the admin BFF', () => {
  let shop: FakeUpstream;
  let provider: FakeIdentityProvider;
  let running: Awaited<ReturnType<typeof startBff>>;
  const environment = () => ({
    CATALOG_URL: shop.url,
    INVENTORY_URL: shop.url,
    ORDERING_URL: shop.url,
    REVIEWS_URL: shop.url,
    OIDC_ISSUER: provider.issuer,
    LOG_LEVEL: 'silent',
  });

  beforeAll(async () => {
    shop = await startFakeUpstream({
      '/orders/summary': reply({ json: { states: { placed: 1 } } }),
      '/stock': reset(),
      '/reviews': reply({ json: { items: [{ id: 'r-1', productId: 'p-1' }], next: null } }),
      '/products': reply({ json: { items: [{ id: 'p-1', name: 'Lamp' }], next: null } }),
      '/orders/o-1/transitions': reply({ json: { id: 'o-1', state: 'paid' } }),
    });
    provider = await startFakeIdentityProvider();
    running = await startBff(() => createBff(bff), environment());
  });
  afterAll(async () => {
    await running.close();
    await Promise.all([shop.close(), provider.close()]);
  });

  async function logIn(user: string): Promise<HttpBrowser> {
    provider.user = user;
    const browser = new HttpBrowser();
    await browser.logIn(running.url);
    return browser;
  }

  it('shows the dashboard without the part that failed, and what the products of the others are called', async () => {
    const page = await (await logIn('sam')).ask(`${running.url}/api/dashboard`);
    expect(page.json()).toEqual({
      orders: { states: { placed: 1 } },
      shortages: null,
      reviews: { items: [{ id: 'r-1', productId: 'p-1' }], next: null },
      scarce: null,
      reviewed: [{ id: 'p-1', name: 'Lamp' }],
    });
    expect(page.headers['x-portico-parts']).toBe('orders;ok, shortages;error, reviews;ok, scarce;skipped, reviewed;ok');
  });

  it('tells staff that sessions in the memory of another BFF cannot be seen', async () => {
    const answer = await (await logIn('sam')).ask(`${running.url}/bff/staff/sessions/alice`);
    expect(answer.json()).toEqual({ items: [], next: null, unseen: ['web-bff'] });
  });

  it('passes a transition on with its body', async () => {
    const answer = await (
      await logIn('mia')
    ).post(`${running.url}/api/ordering/orders/o-1/transitions`, { to: 'paid' });
    expect(answer.json()).toEqual({ id: 'o-1', state: 'paid' });
    expect(shop.requests.at(-1)!.body.toString()).toBe('{"to":"paid"}');
  });

  it('shows customers and strangers nothing', async () => {
    const before = shop.requests.length;
    const alice = await logIn('alice');
    const statuses = async (browser: HttpBrowser) => [
      (await browser.ask(`${running.url}/api/dashboard`)).status,
      (await browser.post(`${running.url}/api/ordering/orders/o-1/transitions`, { to: 'paid' })).status,
      (await browser.ask(`${running.url}/bff/staff/sessions/sam`)).status,
    ];
    expect(await statuses(alice)).toEqual([403, 403, 403]);
    expect(await statuses(new HttpBrowser())).toEqual([401, 401, 401]);
    expect(shop.requests).toHaveLength(before);
  });
});
