import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import { type FakeUpstream, httpRequest, reply, startBff, type StartedBff, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';

const origin = 'https://partner.example';

describe('what scripts of a listed origin may send and read', () => {
  let upstream: FakeUpstream;
  let bff: StartedBff;

  beforeAll(async () => {
    const headers = { 'x-total-count': '7', 'content-disposition': 'attachment', 'x-internal': '1' };
    upstream = await startFakeUpstream(reply({ json: [], headers }));
    const shop = defineUpstream('shop', { url: upstream.url });
    const row = { upstream: shop, auth: 'public', timeout: 2_000 } as const;
    const fields = { request: { allow: ['X-Shop'] }, response: { allow: ['X-Total-Count'] } };
    const routes = [
      { ...row, methods: ['GET', 'PUT'], path: '/orders', to: '/orders', headers: fields },
      { ...row, methods: ['GET'], path: '/plain', to: '/plain' },
    ] as const;
    @Module({ imports: [RoutingModule.forRoot({ name: 'test-bff', upstreams: [shop], routes })] })
    class AppModule {}
    bff = await startBff(() => createBff({ name: 'test-bff', port: 0, module: AppModule }), {
      LOG_LEVEL: 'silent',
      CORS_ORIGINS: origin,
      CORS_MAX_AGE: '7200',
    });
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
  });

  const preflight = async (path: string, method: string, field: string) => {
    const asked = { 'access-control-request-method': method, 'access-control-request-headers': field };
    const { status, headers } = await httpRequest(`${bff.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin, ...asked },
    });
    const allowed = String(headers['access-control-allow-headers']).split(', ');
    return { status, allowed, maxAge: headers['access-control-max-age'] };
  };

  it.each(['x-shop', 'dpop', 'prefer', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'])(
    'a preflight allows %s, and the field reaches the upstream or the door',
    async (field) => {
      const { status, allowed } = await preflight('/orders', 'PUT', field);
      expect({ status, allowed }).toEqual({ status: 204, allowed: expect.arrayContaining([field]) });
      await httpRequest(`${bff.url}/orders`, { method: 'PUT', headers: { origin, [field]: '"a"' } });
      if (field !== 'dpop') expect(upstream.requests.at(-1)!.headers[field]).toBe('"a"');
    },
  );

  it('a preflight for a row allows nothing that only another row takes', async () => {
    expect((await preflight('/plain', 'GET', 'x-shop')).allowed).not.toContain('x-shop');
  });

  it('a preflight holds for as long as the setting says', async () => {
    expect((await preflight('/orders', 'GET', 'accept')).maxAge).toBe('7200');
  });

  it.each([
    ['/orders', ['x-total-count', 'content-disposition'], ['x-internal']],
    ['/plain', ['content-disposition'], ['x-internal', 'x-total-count']],
  ] as const)('the response of %s exposes %j and not %j', async (path, exposed, others) => {
    const { headers } = await httpRequest(bff.url + path, { headers: { origin } });
    const listed = String(headers['access-control-expose-headers']).toLowerCase().split(', ');
    expect(listed).toEqual(expect.arrayContaining([...exposed]));
    for (const name of exposed) expect(headers).toHaveProperty(name);
    for (const name of others) expect([listed.includes(name), name in headers]).toEqual([false, false]);
  });
});
