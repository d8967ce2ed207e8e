import { growthOf } from '@portico/testing';
import { type Demo, request, send, startDemo } from '../test/demo.ts';
import { forwardedElements } from './forwarded-elements.ts';

type Seen = { address: string; protocol: string; host: string };

async function clientAs(demo: Demo, ...headers: string[]): Promise<Seen> {
  const { bodies } = await send(demo.port, request('GET /demo/inspect HTTP/1.1', headers), { responses: 1 });
  const { address, protocol, host } = JSON.parse(bodies[0]!) as Seen;
  return { address, protocol, host };
}

const SOCKET = { address: '127.0.0.1', protocol: 'http', host: 'demo' };

describe('without trusted proxies', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.close());

  it("case 35: X-Forwarded-For is not believed, the address is the socket's", async () => {
    expect(await clientAs(demo, 'X-Forwarded-For: 6.6.6.6')).toEqual(SOCKET);
  });

  it.each([
    'Forwarded: for=6.6.6.6;proto=https;host=evil',
    'X-Real-IP: 6.6.6.6',
    'True-Client-IP: 6.6.6.6',
    'CF-Connecting-IP: 6.6.6.6',
    'X-Forwarded-Host: evil',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 444',
    'X-Forwarded-Prefix: /evil',
    'X-Original-URL: /evil',
    'X-Rewrite-URL: /evil',
    'X-HTTP-Method-Override: DELETE',
  ])('case 37: %s changes nothing', async (header) => {
    const { bodies } = await send(demo.port, request('GET /demo/inspect HTTP/1.1', [header]), { responses: 1 });
    expect(JSON.parse(bodies[0]!)).toMatchObject({ ...SOCKET, url: '/demo/inspect', method: 'GET' });
  });
});

describe('behind trusted proxies', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' });
  });
  afterAll(() => demo.close());

  it('case 36: the client is the rightmost address that is not a trusted proxy, never the first', async () => {
    const client = async (chain: string) => (await clientAs(demo, `X-Forwarded-For: ${chain}`)).address;
    expect(await client('6.6.6.6, 203.0.113.7')).toBe('203.0.113.7');
    expect(await client('6.6.6.6, 203.0.113.7, 10.1.1.1')).toBe('203.0.113.7');
    expect(await client('10.9.9.9, 203.0.113.7,10.1.1.1')).toBe('203.0.113.7');
    expect(await client('10.2.2.2, 10.1.1.1')).toBe('10.2.2.2');
    expect(await client('203.0.113.7:5000')).toBe('203.0.113.7');
    expect(await client('[2001:db8::7]:5000')).toBe('2001:db8::7');
    expect(await client('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('case 36: several header lines are one chain', async () => {
    const { address } = await clientAs(demo, 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.7');
    expect(address).toBe('203.0.113.7');
  });

  it.each(['unknown', '010.0.0.1', '0x7f.1', '6.6.6.6 evil', '', 'fe80::1%eth0', '[6.6.6.6]', 'a, '])(
    'case 36: what is no address (%j) ends the chain at the proxy that passed it on',
    async (entry) => {
      expect((await clientAs(demo, `X-Forwarded-For: 6.6.6.6, ${entry}`)).address).toBe('127.0.0.1');
      expect((await clientAs(demo, `X-Forwarded-For: 6.6.6.6, ${entry}, 10.1.1.1`)).address).toBe('10.1.1.1');
    },
  );

  it('protocol and host are what the nearest proxy says, when that is valid', async () => {
    const fields = (protocol: string, host: string) => [`X-Forwarded-Proto: ${protocol}`, `X-Forwarded-Host: ${host}`];
    expect(await clientAs(demo, ...fields('https', 'shop.example'))).toMatchObject({
      protocol: 'https',
      host: 'shop.example',
    });
    expect(await clientAs(demo, ...fields('http, HTTPS', 'evil, shop.example'))).toMatchObject({
      protocol: 'https',
      host: 'shop.example',
    });
    expect(await clientAs(demo, ...fields('gopher', 'user@evil'))).toMatchObject({ protocol: 'http', host: 'demo' });
  });

  it('HSTS is sent over https only', async () => {
    const line = 'GET /demo/inspect HTTP/1.1';
    expect((await send(demo.port, request(line), { responses: 1 })).text).not.toContain('strict-transport-security');
    const secure = request(line, ['X-Forwarded-Proto: https']);
    expect((await send(demo.port, secure, { responses: 1 })).text).toContain('strict-transport-security: max-age=');
  });

  it('case 37: Forwarded, which these proxies do not write, is not believed', async () => {
    expect(await clientAs(demo, 'Forwarded: for=6.6.6.6;proto=https;host=evil')).toEqual(SOCKET);
  });
});

describe('behind proxies that write Forwarded (RFC 7239)', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8', TRUSTED_PROXY_HEADERS: 'forwarded' });
  });
  afterAll(() => demo.close());

  it('case 36: the client is the rightmost untrusted element, with the protocol and host said for it', async () => {
    const header =
      'Forwarded: for=6.6.6.6, for="[2001:db8::7]:99";proto=https;host=shop.example, For=10.1.1.1;proto=http';
    expect(await clientAs(demo, header)).toEqual({ address: '2001:db8::7', protocol: 'https', host: 'shop.example' });
  });

  it.each(['for=unknown', 'for=_hidden', 'for="10.0.0.1', 'proto=https', 'for=', ';;', 'for="a\\"b, for=6.6.6.6"'])(
    'case 36: an element without an address (%s) ends the chain',
    async (element) => {
      expect((await clientAs(demo, `Forwarded: for=6.6.6.6, ${element}`)).address).toBe('127.0.0.1');
    },
  );

  it.each(['for="[2001:db8::7]:99"', 'for=203.0.113.7;host="shop.example"'])(
    'case 36: a quote that a client left open does not make its own words the word of the proxy (%s)',
    async (element) => {
      for (const open of ['for=6.6.6.6;x="', 'for=6.6.6.6;"', 'for=6.6.6.6,"', 'for=6.6.6.6;x="\\"', '"for=6.6.6.6;']) {
        expect((await clientAs(demo, `Forwarded: ${open}, ${element}`)).address).not.toBe('6.6.6.6');
      }
    },
  );

  it('case 36: a quote that is never closed ends its element, and the next one counts', async () => {
    const { address } = await clientAs(demo, 'Forwarded: for=6.6.6.6;x="a, for=203.0.113.7');
    expect(address).toBe('203.0.113.7');
  });

  it.each(['a', '"\\', '\\"', '"', 'a,', '"a\\', 'a=b; ', 'a="b";'])(
    'case 87: a Forwarded full of %j is read in linear time',
    (piece) => {
      const make = (size: number): string => piece.repeat(size / piece.length);
      expect(growthOf({ make, work: forwardedElements }, 16_000)).toBeLessThan(4);
    },
  );

  it('case 37: X-Forwarded-For, which these proxies do not write, is not believed', async () => {
    const { address } = await clientAs(demo, 'X-Forwarded-For: 6.6.6.6', 'Forwarded: for=203.0.113.7');
    expect(address).toBe('203.0.113.7');
  });
});
