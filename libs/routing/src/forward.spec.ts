import { defineUpstream } from '@portico/upstream';
import { type FakeUpstream, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { type RunningApp, startApp } from '../test/start-app.ts';

describe('a forwarding route', () => {
  let upstream: FakeUpstream;
  let app: RunningApp;

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ headers: { 'content-type': 'application/json' }, body: '{"id":1}' }));
    const shop = defineUpstream('shop', { url: upstream.url });
    app = await startApp(
      [shop],
      [{ methods: ['GET'], path: '/api/catalog/*', upstream: shop, to: '/*', auth: 'public', timeout: 2000 }],
    );
  });
  afterAll(async () => {
    await app.close();
    await upstream.close();
  });

  it('passes a request on and its answer back', async () => {
    const answer = await httpRequest(`${app.url}/api/catalog/products/1?a=1`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"id":1}');
    expect(upstream.requests.at(-1)?.url).toBe('/products/1?a=1');
  });
});
