import { Agent } from 'node:http';
import { httpRequest } from '@portico/testing';
import { type Demo, request, send, startDemo } from '../test/demo.ts';

async function statusAs(demo: Demo, ...headers: string[]): Promise<number> {
  const { statuses } = await send(demo.port, request('GET /demo/inspect HTTP/1.1', headers), { responses: 1 });
  return statuses[0]!;
}

describe('ALLOWED_ADDRESSES without trusted proxies', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ ALLOWED_ADDRESSES: '10.0.0.0/8, 2001:db8::/32, 127.0.0.2' });
  });
  afterAll(() => demo.close());

  it.each([
    'X-Forwarded-For: 10.0.0.1',
    'X-Forwarded-For: 127.0.0.2',
    'X-Forwarded-For: ::ffff:10.0.0.1',
    'Forwarded: for=10.0.0.1',
    'Forwarded: for="[2001:db8::1]"',
    'X-Real-IP: 10.0.0.1',
    'True-Client-IP: 10.0.0.1',
    'CF-Connecting-IP: 10.0.0.1',
    'X-Client-IP: 10.0.0.1',
    'Client-IP: 10.0.0.1',
  ])('case 49: a client that is not listed and says %s is refused', async (header) => {
    expect(await statusAs(demo, header)).toBe(403);
  });

  it('case 49: the answer is a problem with its code and the request id, and the connection ends', async () => {
    const { text, bodies, closed } = await send(demo.port, request('GET /demo/inspect HTTP/1.1'));
    expect(JSON.parse(bodies[0]!)).toMatchObject({ status: 403, code: 'address-not-allowed' });
    expect(text).toContain('x-request-id: ');
    expect(text).not.toContain('127.0.0.1');
    expect(closed).toBe(true);
  });

  it.each([
    ['GET /health/live HTTP/1.1'],
    ['GET /health/ready HTTP/1.1'],
    ['GET //health/live HTTP/1.1'],
    ['HEAD /health/live HTTP/1.1'],
    ['POST /demo/inspect HTTP/1.1'],
    ['OPTIONS /demo/inspect HTTP/1.1'],
    ['OPTIONS * HTTP/1.1'],
    ['GET /no/such/path HTTP/1.1'],
    ['GET http://demo/demo/inspect HTTP/1.1'],
    ['GET http://other/demo/inspect HTTP/1.1'],
    ['TRACE / HTTP/1.1'],
    ['GET /demo/inspect HTTP/1.0'],
  ])('case 49: nothing is served to a stranger, not even whether it would be valid: %s', async (line) => {
    const { statuses } = await send(demo.port, request(line), { responses: 1 });
    expect(statuses[0]).toBe(403);
  });
});

describe('ALLOWED_ADDRESSES with the client listed', () => {
  it.each(['127.0.0.1', '127.0.0.0/8', '::ffff:127.0.0.1'])('case 49: %s serves 127.0.0.1', async (entry) => {
    const demo = await startDemo({ ALLOWED_ADDRESSES: entry });
    expect(await statusAs(demo)).toBe(200);
    await demo.close();
  });

  it('case 49: an IPv4 client of a socket that speaks IPv6 (::ffff:127.0.0.1) is the IPv4 client', async () => {
    const demo = await startDemo({ ALLOWED_ADDRESSES: '127.0.0.1', HOST: '::' });
    expect(await statusAs(demo)).toBe(200);
    await demo.close();
    const closed = await startDemo({ ALLOWED_ADDRESSES: '::1', HOST: '::' });
    expect(await statusAs(closed)).toBe(403);
    await closed.close();
  });

  it('decides alike for every request of a connection', async () => {
    const demo = await startDemo({ ALLOWED_ADDRESSES: '127.0.0.1' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sent: Record<string, string>[] = [{}, { 'x-forwarded-for': '6.6.6.6' }, { 'x-forwarded-for': 'unknown' }];
    for (const headers of sent) {
      expect((await httpRequest(`${demo.url}/demo/inspect`, { agent, headers })).status).toBe(200);
    }
    agent.destroy();
    await demo.close();
  });
});

describe('ALLOWED_ADDRESSES behind trusted proxies', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({
      TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
      ALLOWED_ADDRESSES: '10.0.0.0/8, 127.0.0.1, 203.0.113.0/24, 2001:db8::/32',
    });
  });
  afterAll(() => demo.close());

  it.each([
    ['203.0.113.7'],
    ['6.6.6.6, 203.0.113.7'],
    ['203.0.113.7, 10.1.1.1'],
    ['::ffff:203.0.113.7'],
    ['2001:DB8::7'],
    ['[2001:db8::7]:5000'],
  ])('case 49: the client that the proxies name is allowed: %s', async (chain) => {
    expect(await statusAs(demo, `X-Forwarded-For: ${chain}`)).toBe(200);
  });

  it.each([
    ['6.6.6.6'],
    ['127.0.0.1, 6.6.6.6'],
    ['10.0.0.1, 6.6.6.6'],
    ['203.0.113.7, 6.6.6.6'],
    ['203.0.113.7, 6.6.6.6, 10.1.1.1'],
    ['203.0.114.7'],
    ['::1'],
  ])('case 49: a client that is not listed is refused, whatever it wrote in front: %s', async (chain) => {
    expect(await statusAs(demo, `X-Forwarded-For: ${chain}`)).toBe(403);
  });

  it.each([
    '0x7f.1',
    '010.0.0.1',
    '127.1',
    '2130706433',
    'fe80::1%eth0',
    '10.0.0.1%eth0',
    '2001:db8::1%1',
    'unknown',
    'localhost',
    '',
    '203.0.113.7 evil',
    '[203.0.113.7]',
    '203.0.113.0/24',
    '203.0.113.7, 0xa.1',
    '203.0.113.7, unknown, 10.1.1.1',
  ])(
    'case 49: what is not an address (%j) is refused, though the proxy that passed it on is allowed',
    async (chain) => {
      expect(await statusAs(demo, `X-Forwarded-For: ${chain}`)).toBe(403);
    },
  );

  it('case 49: a proxy that speaks for nobody, such as its probe, is the client itself', async () => {
    expect(await statusAs(demo)).toBe(200);
  });
});

it('case 49: Forwarded that names nobody is refused where the proxies write it', async () => {
  const demo = await startDemo({
    TRUSTED_PROXIES: '127.0.0.1',
    TRUSTED_PROXY_HEADERS: 'forwarded',
    ALLOWED_ADDRESSES: '127.0.0.1, 203.0.113.7',
  });
  expect(await statusAs(demo, 'Forwarded: for=203.0.113.7')).toBe(200);
  for (const value of ['for=unknown', 'for=_hidden', 'proto=https', '', 'for="203.0.113.7', 'for=203.0.113.8']) {
    expect(await statusAs(demo, `Forwarded: ${value}`)).toBe(403);
  }
  await demo.close();
});
