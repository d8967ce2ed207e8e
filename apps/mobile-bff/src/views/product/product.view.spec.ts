import { createBff } from '@portico/server';
import { type FakeUpstream, hang, httpRequest, reply, startBff, startFakeUpstream } from '@portico/testing';
import { bff } from '../../app.module.ts';

describe("a product's screen", () => {
  let shop: FakeUpstream;
  let running: Awaited<ReturnType<typeof startBff>>;

  beforeAll(async () => {
    shop = await startFakeUpstream({
      '/products/p-1': reply({
        json: {
          id: 'p-1',
          name: 'Lamp',
          price: { amount: 3900, currency: 'EUR' },
          image: { path: 'a.svg' },
          variants: [],
        },
      }),
      '/stock/p-1': reply({ json: { available: 3 } }),
      '/summaries/p-1': reply({ status: 503 }),
      '/reviews': hang(),
    });
    const names = ['CATALOG', 'INVENTORY', 'REVIEWS'];
    const addresses = Object.fromEntries(names.map((name) => [`${name}_URL`, shop.url]));
    running = await startBff(() => createBff(bff), { ...addresses, LOG_LEVEL: 'silent' });
  });
  afterAll(async () => {
    await running.close();
    await shop.close();
  });

  it('comes without the parts that fail or are late, and says which', async () => {
    const screen = await httpRequest(`${running.url}/v1/screens/product/p-1`);
    expect(screen.status).toBe(200);
    expect(screen.json()).toMatchObject({ id: 'p-1', available: 3, rating: null, reviews: null });
    expect(screen.headers['x-portico-parts']).toBe('product;ok, stock;ok, rating;unavailable, reviews;timeout');
  });

  it('is not found when its product is not', async () => {
    expect((await httpRequest(`${running.url}/v1/screens/product/p-2`)).status).toBe(404);
  });
});
