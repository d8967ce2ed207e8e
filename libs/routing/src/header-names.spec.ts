import { httpRequest, reply } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';
import { type Direction, isHeaderValue, problemOfName } from './header-names.ts';

/** RFC 9110 8.3 to 8.6, 12.5, 13 and 14; RFC 6266, 7240, 9111, 9530; draft-ietf-httpapi-idempotency-key-header. */
const PASS_AS_REQUEST = [
  ...['accept', 'accept-encoding', 'accept-language', 'cache-control', 'idempotency-key', 'if-match'],
  ...[
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'pragma',
    'prefer',
    'range',
    'user-agent',
  ],
];
/** Those of them that describe a body: without one they stay behind. */
const PASS_WITH_A_BODY = [
  ...['content-digest', 'content-disposition', 'content-encoding', 'content-language', 'content-type'],
];
/** Fields that describe a body too and pass only where a row says so: RFC 9110 8.7 and 14.4, RFC 1864, 3230 and 9530. */
const DESCRIBE_A_BODY = ['content-location', 'content-md5', 'content-range', 'digest', 'repr-digest'];

/** RFC 9110 8, 10.2, 11.6, 12.5.5, 14 and 15; RFC 5789, 6266, 7240, 8594, 9111, 9530, 9745; LDP; the fallback of an upstream. */
const PASS_AS_RESPONSE = [
  ...['accept-patch', 'accept-post', 'accept-ranges', 'age', 'allow', 'cache-control', 'content-digest'],
  ...['content-disposition', 'content-encoding', 'content-language', 'content-range', 'content-type', 'date'],
  ...['deprecation', 'etag', 'expires', 'last-modified', 'location', 'preference-applied', 'retry-after', 'sunset'],
  ...['vary', 'www-authenticate', 'x-portico-fallback'],
];

/** RFC 9110 7.2, 7.6, 7.8, 8.6, 10.1.1 and 10.1.4, RFC 9112 6 and 7, RFC 7540 3.2.1: of one connection, or of the framing. */
const OF_A_CONNECTION = [
  ...['connection', 'content-length', 'expect', 'host', 'http2-settings', 'keep-alive', 'max-forwards', 'te'],
  ...[
    'trailer',
    'transfer-encoding',
    'upgrade',
    'via',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
  ],
];

/** Fields by which servers believe a proxy in front of them: who asks, from where, for what and in which trace. */
const OF_THE_GATEWAY = [
  ...['authorization', 'cookie', 'set-cookie', 'baggage', 'traceparent', 'tracestate', 'x-request-id'],
  ...['forwarded', 'x-forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix'],
  ...['x-forwarded-proto', 'x-forwarded-user', 'client-ip', 'cf-connecting-ip', 'fastly-client-ip', 'true-client-ip'],
  ...['x-client-ip', 'x-cluster-client-ip', 'x-real-ip', 'x-original-host', 'x-original-url', 'x-rewrite-url'],
  ...['x-http-method', 'x-http-method-override', 'x-method-override'],
  ...['x-user', 'x-user-id', 'x-user-email', 'x-roles', 'x-scopes', 'x-permissions'],
  ...['x-tenant', 'x-tenant-id', 'x-auth', 'x-auth-request-user', 'x-authenticated-userid'],
];

const NEVER_AS_RESPONSE = [
  ...['x-request-id', 'traceparent', 'tracestate', 'access-control-allow-origin', 'access-control-allow-credentials'],
  ...['access-control-expose-headers'],
];

const refused = (names: readonly string[], direction: Direction): string[] =>
  names.filter((name) => problemOfName(name, direction)?.includes('never passes'));

describe('the names that a row can state', () => {
  it('are none that concern a connection, in neither direction', () => {
    expect(refused(OF_A_CONNECTION, 'request')).toEqual(OF_A_CONNECTION);
    expect(refused(OF_A_CONNECTION, 'response')).toEqual(OF_A_CONNECTION);
  });

  it('are none in a request for which the gateway speaks', () => {
    expect(refused(OF_THE_GATEWAY, 'request')).toEqual(OF_THE_GATEWAY);
  });

  it('are none in a response that the gateway writes', () => {
    expect(refused(NEVER_AS_RESPONSE, 'response')).toEqual(NEVER_AS_RESPONSE);
  });

  it('are all others, those that pass unasked among them', () => {
    const request = [
      ...PASS_AS_REQUEST,
      ...PASS_WITH_A_BODY,
      ...DESCRIBE_A_BODY,
      'x-shop',
      'x-users',
      'dpop',
      'a',
      '0',
    ];
    const response = [...PASS_AS_RESPONSE, 'set-cookie', 'link', 'content-location', 'x-total-count', 'x-user-id'];
    expect(request.map((name) => problemOfName(name, 'request')).filter(Boolean)).toEqual([]);
    expect(response.map((name) => problemOfName(name, 'response')).filter(Boolean)).toEqual([]);
  });

  it.each(['', '-a', 'a b', 'a_b', 'a:', 'A', 'ä', 'a\n', ' a'])('are no %j', (name) => {
    for (const direction of ['request', 'response'] as const) {
      expect(problemOfName(name, direction)).toContain('is not a header name');
    }
  });

  it.each([
    ['a', true],
    ['a b\tc', true],
    ['!', true],
    ['~', true],
    ['', false],
    [' a', false],
    ['a ', false],
    ['a\tb\t', false],
    ['a\r\nb', false],
    ['\u007f', false],
    ['é', false],
    [1, false],
  ])('can have the value %j: %s', (value, expected) => {
    expect(isHeaderValue(value)).toBe(expected);
  });
});

describe('the header fields that pass where a row says nothing', () => {
  const value = (name: string): string => (name === 'date' ? 'Sun, 22 Nov 2026 00:00:00 GMT' : `value-of-${name}`);
  const everything = [
    ...PASS_AS_REQUEST,
    ...PASS_WITH_A_BODY,
    ...DESCRIBE_A_BODY,
    ...OF_THE_GATEWAY,
    ...['x-anything', 'dpop', 'x-csrf', 'origin', 'referer', 'max-forwards', 'te', 'keep-alive', 'proxy-connection'],
  ];
  /** Fields that the gateway writes itself (see forwarding), and those of its own connection. */
  const own = new Set(['host', 'connection', 'traceparent', 'x-timeout-ms', 'via', 'x-request-id', 'content-length']);
  let pair: Pair;
  let sent: readonly string[];

  beforeAll(async () => {
    const fields = [
      ...PASS_AS_RESPONSE,
      ...NEVER_AS_RESPONSE,
      'set-cookie',
      'link',
      'content-location',
      'server',
      'x-any',
    ];
    sent = [...fields, 'via', 'keep-alive', 'proxy-authenticate', 'te', 'max-forwards', 'expect'];
    pair = await startPair(reply({ body: 'ok', headers: sent.flatMap((name) => [name, value(name)]) }));
  });
  afterAll(() => pair?.close());

  async function arrived(method: string): Promise<string[]> {
    const headers = Object.fromEntries(everything.map((name) => [name, value(name)]));
    const body = method === 'POST' ? { body: 'x' } : {};
    expect((await httpRequest(`${pair.app.url}/api/x`, { method, headers, ...body })).status).toBe(200);
    const seen = Object.entries(pair.upstream.requests.at(-1)!.headers);
    return seen.flatMap(([name, text]) => (own.has(name) || text !== value(name) ? [] : [name])).sort();
  }

  it('are these in a request without a body', async () => {
    expect(await arrived('GET')).toEqual([...PASS_AS_REQUEST].sort());
  });

  it('are these in a request with a body', async () => {
    expect(await arrived('POST')).toEqual([...PASS_AS_REQUEST, ...PASS_WITH_A_BODY].sort());
  });

  it('stay behind without a body even where a row allows them, when they describe one', async () => {
    const open = await startPair(reply(), { headers: { request: { allow: DESCRIBE_A_BODY } } });
    const headers = Object.fromEntries(DESCRIBE_A_BODY.map((name) => [name, value(name)]));
    for (const [method, expected] of [
      ['GET', []],
      ['POST', DESCRIBE_A_BODY],
    ] as const) {
      await httpRequest(`${open.app.url}/api/x`, { method, headers, ...(method === 'POST' && { body: 'x' }) });
      const seen = open.upstream.requests.at(-1)!.headers;
      expect(DESCRIBE_A_BODY.filter((name) => seen[name] !== undefined)).toEqual(expected);
    }
    await open.close();
  });

  it('are these in a response', async () => {
    const { headers } = await httpRequest(`${pair.app.url}/api/x`);
    const passed = sent.filter((name) => headers[name] !== undefined && `${headers[name]}` === value(name));
    // Of no public address: it is left out.
    const without = PASS_AS_RESPONSE.filter((name) => name !== 'location');
    expect(passed.filter((name) => name !== 'location').sort()).toEqual([...without].sort());
  });
});
