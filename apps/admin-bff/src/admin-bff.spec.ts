import { createBff } from '@portico/server';
import { type FakeUpstream, httpRequest, reply, reset, startBff, startFakeUpstream } from '@portico/testing';
import { bff } from './app.module.ts';

describe('the admin BFF', () => {
  let shop: FakeUpstream;
  let running: Awaited<ReturnType<typeof startBff>>;
  const environment = () => ({
    CATALOG_URL: shop.url,
    INVENTORY_URL: shop.url,
    ORDERING_URL: shop.url,
    REVIEWS_URL: shop.url,
    LOG_LEVEL: 'silent',
  });

  beforeAll(async () => {
    shop = await startFakeUpstream({
      '/orders/summary': reply({ json: { states: { placed: 1 } } }),
      '/stock': reset(),
      '/reviews': reply({ json: { items: [], next: null } }),
      '/orders/o-1/transitions': reply({ json: { id: 'o-1', state: 'paid' } }),
    });
    running = await startBff(() => createBff(bff), environment());
  });
  afterAll(async () => {
    await running.close();
    await shop.close();
  });

  it('shows the dashboard without the part that failed', async () => {
    const page = await httpRequest(`${running.url}/api/dashboard`);
    expect(page.json()).toEqual({
      orders: { states: { placed: 1 } },
      shortages: null,
      reviews: { items: [], next: null },
    });
    expect(page.headers['x-portico-parts']).toBe('orders;ok, shortages;error, reviews;ok');
  });

  it('passes a transition on with its body', async () => {
    const answer = await httpRequest(`${running.url}/api/ordering/orders/o-1/transitions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"to":"paid"}',
    });
    expect(answer.json()).toEqual({ id: 'o-1', state: 'paid' });
    expect(shop.requests.at(-1)!.body.toString()).toBe('{"to":"paid"}');
  });
});
