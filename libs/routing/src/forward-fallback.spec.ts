import { hang, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { startApp } from '../test/start-app.ts';

describe('a forwarding route of an upstream with a fallback', () => {
  it('answers with the last good answer, marked and with its age, when the upstream is late or gone', async () => {
    const upstream = await startFakeUpstream([
      reply({ body: '{"a":1}', headers: { 'content-type': 'application/json', etag: '"1"' } }),
      hang(),
    ]);
    const shop = defineUpstream('shop', { url: upstream.url, retry: false, fallback: { lastGood: {} } });
    const app = await startApp(
      [shop],
      [{ methods: ['GET'], path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout: 300 }],
    );
    try {
      const good = await httpRequest(`${app.url}/api/products`);
      expect(good.headers['x-portico-fallback']).toBeUndefined();
      const late = await httpRequest(`${app.url}/api/products`);
      await upstream.close();
      const gone = await httpRequest(`${app.url}/api/products`);
      for (const answer of [late, gone]) {
        expect(answer.status).toBe(200);
        expect(answer.body.toString()).toBe('{"a":1}');
        expect(answer.headers).toMatchObject({
          etag: '"1"',
          'x-portico-fallback': 'last-good',
          age: expect.stringMatching(/^\d+$/) as string,
        });
      }
      await expect(httpRequest(`${app.url}/api/others`)).resolves.toMatchObject({ status: 502 });
    } finally {
      await app.close();
      await upstream.close();
    }
  });
});
