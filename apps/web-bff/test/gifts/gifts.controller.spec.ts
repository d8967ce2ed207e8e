import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createBff, type CreateApplication } from '@portico/server';
import { type FakeIdentityProvider, HttpBrowser, startBff, startFakeIdentityProvider } from '@portico/testing';
import { AppModule, bff } from '../../src/app.module.ts';
import { GiftsController, GiftWrapping } from './gifts.controller.ts';

@Module({ imports: [AppModule], controllers: [GiftsController], providers: [GiftWrapping] })
class GiftsModule {}

/** Stands in for the wrapping: there is paper for one parcel. */
const wrapping = {
  papers: 1,
  wrap: () => Promise.resolve(wrapping.papers-- > 0 ? 7 : undefined),
};

const create: CreateApplication = async (module, adapter, options) => {
  const test = Test.createTestingModule({ imports: [module] })
    .overrideProvider(GiftWrapping)
    .useValue(wrapping);
  return (await test.compile()).createNestApplication(adapter, options);
};

describe('gifts', () => {
  let provider: FakeIdentityProvider;
  let running: Awaited<ReturnType<typeof startBff>>;
  const alice = new HttpBrowser();

  beforeAll(async () => {
    provider = await startFakeIdentityProvider();
    provider.user = 'alice';
    const environment = { OIDC_ISSUER: provider.issuer, LOG_LEVEL: 'silent' };
    running = await startBff(() => createBff({ ...bff, module: GiftsModule }, create), environment);
    await alice.logIn(running.url);
  });
  afterAll(async () => {
    await running.close();
    await provider.close();
  });

  const give = (wish: object) => alice.post(`${running.url}/api/gifts`, wish);

  it('are wrapped as long as there is paper', async () => {
    const wish = { sku: 'p-1', to: 'Bob' };
    const wrapped = await give(wish);
    expect(wrapped.json()).toEqual({ parcel: 7, from: 'alice', to: 'Bob' });
    expect(wrapped.headers['cache-control']).toBe('no-store');
    expect((await give(wish)).json()).toMatchObject({ status: 409, detail: 'There is no paper left.', sku: 'p-1' });
  });

  it('say what is wrong with a wish', async () => {
    expect((await give({ sku: 'p-1' })).json()).toMatchObject({ status: 400, code: 'input-invalid', errors: [{}] });
    expect((await give({ sku: 'p-1', to: 'Bob', message: 'a'.repeat(4_096) })).status).toBe(413);
  });

  it('are for pages of the shop only', async () => {
    const options = { method: 'POST', headers: { 'x-csrf': '0' }, body: '{}' };
    expect((await alice.ask(`${running.url}/api/gifts`, options)).json()).toMatchObject({ code: 'csrf-refused' });
    expect((await new HttpBrowser().post(`${running.url}/api/gifts`, {})).status).toBe(401);
  });

  it('come in papers that everybody may see, and caches may keep', async () => {
    const paper = await new HttpBrowser().ask(`${running.url}/api/gifts/papers/stars`);
    expect(paper.json()).toEqual({ name: 'stars', price: 250 });
    expect(paper.headers['cache-control']).toBe('public, max-age=3600');
  });
});
