import { httpRequest, parseResponses, rawRequest, type RecordedRequest, reply } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';

const CONNECTION_FIELDS = new Set(['host', 'connection', 'traceparent']);

/** What an upstream saw beyond what belongs to its own connection, by name. */
function seen(request: RecordedRequest | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request?.headers ?? {}).filter(([name]) => !CONNECTION_FIELDS.has(name)));
}

describe('the request headers of a forwarding route', () => {
  let pair: Pair;
  let gateway: Record<string, unknown>;

  beforeAll(async () => {
    pair = await startPair(reply({ body: 'ok' }), {
      headers: { request: { allow: ['X-Shop', 'x-channel'], set: { 'X-Channel': 'web' }, remove: ['pragma'] } },
    });
    const host = `127.0.0.1:${pair.app.port}`;
    gateway = {
      'x-timeout-ms': expect.stringMatching(/^\d+$/),
      via: '1.1 test-bff',
      forwarded: `for=127.0.0.1;host="${host}";proto=http`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-prefix': '/api',
      'x-forwarded-proto': 'http',
      'x-request-id': expect.stringMatching(/^request-\d+$/),
      'x-channel': 'web',
    };
  });
  afterAll(() => pair?.close());

  async function forwarded(headers: Record<string, string> | readonly string[]): Promise<Record<string, unknown>> {
    const answer = await httpRequest(`${pair.app.url}/api/x`, { headers });
    expect(answer.status).toBe(200);
    return seen(pair.upstream.requests.at(-1));
  }

  it('pass by allowlist', async () => {
    const passing = {
      accept: 'text/html',
      'accept-language': 'de',
      'if-none-match': '"a"',
      range: 'bytes=0-1',
      'x-shop': '1',
    };
    const headers = {
      ...passing,
      cookie: 'session=1',
      authorization: 'Bearer a',
      'x-anything': '1',
      pragma: 'no-cache',
      'x-channel': 'app',
    };
    expect(await forwarded(headers)).toEqual({ ...passing, ...gateway });
  });

  it('case 35: X-Forwarded-For of the client is replaced by the address of its socket', async () => {
    expect(await forwarded({ 'x-forwarded-for': '6.6.6.6' })).toEqual(gateway);
  });

  it('case 37: addresses, hosts and overrides that a client claims never pass', async () => {
    const claims = [
      ...['Forwarded', 'X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Forwarded-Host', 'X-Forwarded-Proto'],
      ...['X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Original-URL', 'X-Rewrite-URL', 'X-HTTP-Method-Override'],
    ];
    expect(await forwarded(Object.fromEntries(claims.map((name) => [name, 'evil'])))).toEqual(gateway);
  });

  it('case 38: identity headers never pass, in any case and with underscores', async () => {
    const names = ['X-User-Id', 'x-user-id', 'X-ROLES', 'X-Tenant-Id', 'X_User_Id', 'x_roles', 'x-tenant_id'];
    expect(await forwarded(names.flatMap((name) => [name, 'admin']))).toEqual(gateway);
  });

  it.each(['x-forwarded-for, x-request-id', 'x-user-id, via, forwarded', 'X-Channel, close'])(
    'case 39: `Connection: %s` does not take away what the gateway adds',
    async (connection) => expect(await forwarded({ connection })).toEqual(gateway),
  );

  it('case 39: fields of the client that Connection lists stay here', async () => {
    expect(await forwarded({ connection: 'X-Shop, keep-alive', 'x-shop': '1', accept: 'a/b' })).toEqual({
      accept: 'a/b',
      ...gateway,
    });
  });

  it('appends to Via', async () => {
    expect(await forwarded({ via: '1.0 edge' })).toEqual({ ...gateway, via: '1.0 edge, 1.1 test-bff' });
  });

  it.each(['content-length', 'transfer-encoding', 'host'])(
    'case 16: `Connection: %s` leaves the framing alone',
    async (name) => {
      const answer = await httpRequest(`${pair.app.url}/api/x`, {
        method: 'POST',
        headers: { connection: name },
        body: 'twelve bytes',
      });
      expect(answer.status).toBe(200);
      const request = pair.upstream.requests.at(-1);
      expect(request?.body.toString()).toBe('twelve bytes');
      expect(seen(request)).toEqual({ ...gateway, 'content-length': '12' });
    },
  );

  it('case 17: an upgrade is not forwarded', async () => {
    const headers = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
    };
    expect(await forwarded(headers)).toEqual(gateway);
  });

  it('case 15: Expect: 100-continue is answered here and not forwarded', async () => {
    const head =
      'POST /api/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    const { bytes } = await rawRequest(pair.app.port, [head, 100, 'ab']);
    expect(parseResponses(bytes).map(({ status }) => status)).toEqual([100, 200]);
    expect(pair.upstream.requests.at(-1)?.headers.expect).toBeUndefined();
    expect(pair.upstream.requests.at(-1)?.body.toString()).toBe('ab');
  });

  it.each([
    'application/json\t',
    'application/json ; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;',
    'text/plain, a',
  ])(
    'case 44: Content-Type %j passes as it is: no spelling is judged here, and none is treated differently',
    async (type) => {
      const answer = await httpRequest(`${pair.app.url}/api/x`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"a":1',
      });
      expect(answer.status).toBe(200);
      expect(pair.upstream.requests.at(-1)?.headers['content-type']).toBe(type.trim());
      expect(pair.upstream.requests.at(-1)?.body.toString()).toBe('{"a":1');
    },
  );
});

describe('the response headers of a forwarding route', () => {
  const received = [
    ...['Content-Type', 'text/plain', 'ETag', '"a"', 'Server', 'secret/1', 'X-Powered-By', 'secret', 'X-Internal', '1'],
    ...[
      'WWW-Authenticate',
      'Basic',
      'WWW-Authenticate',
      'Bearer',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2; Path=/x; Domain=internal',
    ],
    ...['Vary', 'Accept', 'Via', '1.1 inner', 'Access-Control-Allow-Origin', '*', 'Proxy-Connection', 'keep-alive'],
    ...[
      'Connection',
      'X-Hop, keep-alive',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=99',
      'Date',
      'Sun, 22 Nov 2026 00:00:00 GMT',
    ],
  ];
  let pair: Pair;
  let open: Pair;

  beforeAll(async () => {
    pair = await startPair(reply({ headers: received, body: 'ok' }));
    open = await startPair(reply({ headers: received, body: 'ok' }), {
      headers: {
        response: {
          allow: ['Set-Cookie', 'x-hop', 'x-internal'],
          set: { 'cache-control': 'no-store' },
          remove: ['ETag'],
        },
      },
    });
  });
  afterAll(async () => {
    await pair?.close();
    await open?.close();
  });

  it('pass by allowlist, repeated ones repeated', async () => {
    const { rawHeaders } = await httpRequest(`${pair.app.url}/api/x`);
    expect(rawHeaders).toEqual([
      ...['content-type', 'text/plain', 'etag', '"a"', 'www-authenticate', 'Basic', 'www-authenticate', 'Bearer'],
      ...['vary', 'Accept', 'date', 'Sun, 22 Nov 2026 00:00:00 GMT'],
      ...['x-request-id', 'request-1', 'content-length', '2', 'Connection', 'close'],
    ]);
  });

  it('case 45: two Set-Cookie and two WWW-Authenticate lines stay two', async () => {
    const { headers, rawHeaders } = await httpRequest(`${open.app.url}/api/x`);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2; Path=/api/x']);
    expect(rawHeaders.filter((text) => text === 'www-authenticate')).toHaveLength(2);
  });

  it('case 28: hop-by-hop fields never pass, allowed or not', async () => {
    for (const { app } of [pair, open]) {
      const { headers } = await httpRequest(`${app.url}/api/x`);
      expect(headers['x-hop']).toBeUndefined();
      expect(headers['proxy-connection']).toBeUndefined();
      expect(headers['keep-alive']).toBeUndefined();
    }
  });

  it('follow the rules of the route', async () => {
    const { headers } = await httpRequest(`${open.app.url}/api/x`);
    expect(headers).toMatchObject({ 'x-internal': '1', 'cache-control': 'no-store' });
    expect(headers.etag).toBeUndefined();
  });

  it('case 47: a client that asks to close is closed, whatever the upstream wants', async () => {
    const request = 'GET /api/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const { closed, text } = await rawRequest(pair.app.port, request);
    expect(closed).toBe(true);
    expect(text).toMatch(/\r\nconnection: close\r\n/i);
    expect(text).not.toMatch(/keep-alive/i);
  });
});
