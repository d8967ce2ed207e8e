import { Module } from '@nestjs/common';
import { AuthModule } from '@portico/auth';
import { RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import {
  type FakeIdentityProvider,
  type FakeUpstream,
  HttpBrowser,
  httpRequest,
  parseResponses,
  rawRequest,
  reply,
  startBff,
  type StartedBff,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream } from '@portico/upstream';

const PUBLIC_URL = 'http://127.0.0.1:3999';
const PARTNER = 'https://partner.example';

describe('a page of another origin', () => {
  let idp: FakeIdentityProvider;
  let upstream: FakeUpstream;
  let bff: StartedBff;
  let cookie: string;

  beforeAll(async () => {
    idp = await startFakeIdentityProvider();
    idp.user = 'alice';
    upstream = await startFakeUpstream(reply({ json: { orders: [] } }));
    const shop = defineUpstream('shop', { url: upstream.url });
    const who = { name: 'web-bff', port: 0 };
    @Module({
      imports: [
        AuthModule.cookie(who),
        RoutingModule.forRoot({
          ...who,
          upstreams: [shop],
          routes: [
            { methods: ['GET', 'POST'], path: '/orders', upstream: shop, to: '/orders', auth: 'user', timeout: 2_000 },
          ],
        }),
      ],
    })
    class AppModule {}
    bff = await startBff(() => createBff({ ...who, module: AppModule }), {
      LOG_LEVEL: 'silent',
      PUBLIC_URL,
      OIDC_ISSUER: idp.issuer,
      CORS_ORIGINS: PARTNER,
    });
    const browser = new HttpBrowser();
    await browser.logIn(bff.url);
    cookie = browser.cookie;
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
    await idp.close();
  });

  /** A WebSocket handshake (RFC 6455 4.1), byte for byte: browsers send cookies along with it and ask for no preflight. */
  async function handshake(fields: readonly string[]): Promise<number | undefined> {
    const { host, port } = new URL(bff.url);
    const lines = [
      'GET /orders HTTP/1.1',
      `Host: ${host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      ...fields,
    ];
    const { bytes } = await rawRequest(Number(port), `${lines.join('\r\n')}\r\n\r\n`, { responses: 1 });
    return parseResponses(bytes)[0]?.status;
  }

  it.each<[string, number, readonly string[]]>([
    ['of nobody', 401, []],
    ['of nobody, from the own origin', 401, [`Origin: ${PUBLIC_URL}`]],
    ['with the session and a foreign Origin', 403, ['Origin: https://evil.example', 'COOKIE']],
    ['with the session and the Origin of a port beside', 403, ['Origin: http://127.0.0.1:4000', 'COOKIE']],
    ['with the session and Origin null', 403, ['Origin: null', 'COOKIE']],
    ['with the session and no Origin', 403, ['COOKIE']],
    ['with the session and the own Origin: a browser cannot add the header that is wanted', 403, ['OWN', 'COOKIE']],
  ])('case 53: a WebSocket handshake %s gets %i and reaches no upstream', async (_what, status, fields) => {
    const before = upstream.requests.length;
    const sent = fields.map((field) =>
      field === 'COOKIE' ? `Cookie: ${cookie}` : field === 'OWN' ? `Origin: ${PUBLIC_URL}` : field,
    );
    expect(await handshake(sent)).toBe(status);
    expect(upstream.requests).toHaveLength(before);
  });

  it('case 53: a handshake that passes the guard is an ordinary call: answered once, and never an upgrade upstream', async () => {
    const before = upstream.requests.length;
    expect(await handshake([`Origin: ${PUBLIC_URL}`, `Cookie: ${cookie}`, 'x-csrf: 1'])).toBe(200);
    expect(upstream.requests).toHaveLength(before + 1);
    const { headers } = upstream.requests.at(-1)!;
    for (const field of ['upgrade', 'sec-websocket-key', 'cookie', 'origin']) expect(headers).not.toHaveProperty(field);
  });

  it('case 66: gets nothing done with a session although CORS_ORIGINS lists it', async () => {
    const before = upstream.requests.length;
    for (const method of ['GET', 'POST']) {
      const headers = { cookie, 'x-csrf': '1', origin: PARTNER };
      const answer = await httpRequest(`${bff.url}/orders`, { method, headers });
      expect([answer.status, answer.json()]).toEqual([403, expect.objectContaining({ code: 'csrf-refused' })]);
    }
    expect(upstream.requests).toHaveLength(before);
    const own = { cookie, 'x-csrf': '1', origin: PUBLIC_URL };
    expect((await httpRequest(`${bff.url}/orders`, { headers: own })).status).toBe(200);
  });
});
