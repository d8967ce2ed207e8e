import type { LookupAddress, LookupOptions } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { address } from '../test/dns/dns-message.ts';
import { startDnsServer } from '../test/dns/dns-server.ts';
import { openResolver } from './dns/dns-resolver.ts';
import { Egress, PRIVATE_RANGES } from './egress.ts';

/** `/0` is a slip more often than it is meant. */
const ALL_IPV4 = ['0.0.0.0/1', '128.0.0.0/1'];
const ALL_IPV6 = ['::/1', '8000::/1'];

describe('Egress.allows', () => {
  it.each([
    ['10.1.2.3', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.0.1', true],
    ['100.64.0.1', true],
    ['fd12::1', true],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['8.8.8.8', false],
    ['0.0.0.0', false],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd12::1%eth0', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:a01:203', true],
    ['0:0:0:0:0:FFFF:0A01:0203', true],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['64:ff9b::10.1.2.3', true],
    ['64:ff9b::a9fe:a9fe', false],
    ['::ffff:0:127.0.0.1', false],
    ['localhost', false],
    ['10.1.2.3:80', false],
    ['010.1.2.3', false],
    ['', false],
  ])('case 98: with the private ranges, %s: %p', (text, isAllowed) => {
    expect(new Egress(PRIVATE_RANGES).allows(text)).toBe(isAllowed);
  });

  it.each(['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1'])(
    'case 98: all of IPv6 allows no IPv4 address, not even as %s',
    (text) => {
      expect(new Egress(ALL_IPV6).allows(text)).toBe(false);
    },
  );

  it.each(['100.100.100.200', '::ffff:100.100.100.200', 'fd00:ec2::254', 'fd00:0ec2:0::0254', 'fd20:ce::254'])(
    'case 98: no range allows %s, where a cloud serves credentials; an operator may write it down by itself',
    (text) => {
      expect(new Egress(PRIVATE_RANGES).allows(text)).toBe(false);
      expect(new Egress([...ALL_IPV4, ...ALL_IPV6]).allows(text)).toBe(false);
      expect(new Egress(['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']).allows(text)).toBe(true);
    },
  );

  it('takes single addresses and ranges', () => {
    const egress = new Egress(['127.0.0.1', '10.0.0.0/8', '::1']);
    expect(['127.0.0.1', '10.9.8.7', '::1'].every((text) => egress.allows(text))).toBe(true);
    expect(['127.0.0.2', '11.0.0.0', '::2'].some((text) => egress.allows(text))).toBe(false);
  });

  it.each([
    ...[
      '',
      'localhost',
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/',
      '10.0.0.0/8/9',
      '10.0.0.0/-1',
      '10.0.0/8',
      '*',
      'fe80::%eth0/64',
    ],
    ...['10.9.8.7/8', '10.0.0.0/08', '0.0.0.0/0', '::/0', '::ffff:10.0.0.0/104', '64:ff9b::/96', '2002:a00::/24'],
  ])('refuses "%s", as every list of addresses does', (range) => {
    expect(() => new Egress([range])).toThrow(TypeError);
    expect(() => new Egress([range])).toThrow(`"${range}" `);
  });

  const bits = (text: string): string =>
    text
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  const ipv4Range = fc
    .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
    .map(([text, length]) => [ipaddr.IPv4.networkAddressFromCIDR(`${text}/${length}`).toString(), length] as const);
  const isWithin = (text: string, ranges: readonly (readonly [string, number])[]): boolean =>
    ranges.some(([base, prefix]) => bits(text).slice(0, prefix) === bits(base).slice(0, prefix));

  it('allows exactly the IPv4 addresses within a range, whatever they are written as', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.array(ipv4Range, { maxLength: 4 }), fc.boolean(), (text, ranges, isAllOfIPv6) => {
        const egress = new Egress([...ranges.map((range) => range.join('/')), ...(isAllOfIPv6 ? ALL_IPV6 : [])]);
        const [high, low] = [bits(text).slice(0, 16), bits(text).slice(16)].map((half) =>
          Number.parseInt(half, 2).toString(16),
        );
        const isAllowed = isWithin(text, ranges);
        for (const form of [
          text,
          `::ffff:${text}`,
          `::FFFF:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `64:ff9b:0::${text}`,
          `::ffff:0:${text}`,
          `2002:${high}:${low}::1`,
        ]) {
          expect([form, egress.allows(form)]).toEqual([form, isAllowed]);
        }
      }),
    );
  });

  it('allows exactly the IPv6 addresses within a range', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    const ipv6Bits = (address: readonly number[]): string =>
      address.map((group) => group.toString(2).padStart(16, '0')).join('');
    const write = (address: readonly number[]): string => address.map((group) => group.toString(16)).join(':');
    fc.assert(
      fc.property(groups, groups, fc.integer({ min: 1, max: 128 }), fc.nat(128), (base, other, prefix, common) => {
        // Groups of the range's own, so that many addresses are within it or nearly so.
        const near = base.map((group, index) => (index * 16 < common ? group : other[index]!));
        fc.pre([near, base].every(([first]) => ![0, 0x64, 0x2001, 0x2002].includes(first!)));
        const network = ipaddr.IPv6.networkAddressFromCIDR(`${write(base)}/${prefix}`).toString();
        const isAllowed = ipv6Bits(near).slice(0, prefix) === ipv6Bits(base).slice(0, prefix);
        expect(new Egress([`${network}/${prefix}`]).allows(write(near))).toBe(isAllowed);
      }),
    );
  });

  it('never throws', () => {
    const egress = new Egress([...ALL_IPV4, ...ALL_IPV6]);
    const part = fc.constantFrom('::', ':', 'ffff', '.', '1', '255', '%', 'eth0', '[', ']', '/', 'g', '64:ff9b::', ' ');
    const text = fc.oneof(
      fc.string(),
      fc.ipV6(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(text, (anything) => typeof egress.allows(anything) === 'boolean'));
  });
});

type Resolve = NonNullable<ConstructorParameters<typeof Egress>[1]>;

describe('Egress.lookup', () => {
  const answering =
    (...addresses: readonly string[]): Resolve =>
    (_name, _options, callback) =>
      callback(
        null,
        addresses.map((text) => ({ address: text, family: text.includes(':') ? 6 : 4 })),
      );

  function look(egress: Egress, options: LookupOptions = {}): Promise<[unknown, unknown, unknown]> {
    return new Promise((resolve) => {
      egress.lookup('api.test', options, (error, found, family) => resolve([error?.code, found, family]));
    });
  }

  const egress = (resolve: Resolve): Egress => new Egress(['10.0.0.0/8'], resolve);

  it('hands out the allowed addresses only, as one or as all', async () => {
    const some = egress(answering('169.254.169.254', '10.0.0.1', '::1', '::ffff:10.0.0.2'));
    expect(await look(some)).toEqual([undefined, '10.0.0.1', 4]);
    const all: LookupAddress[] = [
      { address: '10.0.0.1', family: 4 },
      { address: '::ffff:10.0.0.2', family: 6 },
    ];
    expect(await look(some, { all: true })).toEqual([undefined, all, undefined]);
  });

  it('case 98: fails when no address is allowed', async () => {
    expect(await look(egress(answering('127.0.0.1', '::1')))).toEqual(['EGRESS', [], undefined]);
    expect(await look(egress(answering()))).toEqual(['EGRESS', [], undefined]);
  });

  it('passes the failure to resolve on', async () => {
    const failing: Resolve = (_name, _options, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    expect(await look(egress(failing))).toEqual(['ENOTFOUND', [], undefined]);
  });

  it('hands out allowed addresses only, whatever the answer', async () => {
    const answers = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.1', '::ffff:10.0.0.2', 'x', '')));
    await fc.assert(
      fc.asyncProperty(answers, async (addresses) => {
        const some = egress(answering(...addresses));
        const [code, found] = await look(some, { all: true });
        const texts = (found as LookupAddress[]).map((one) => one.address);
        expect(texts).toEqual(addresses.filter((text) => some.allows(text)));
        expect(code).toBe(texts.length === 0 ? 'EGRESS' : undefined);
      }),
    );
  });
});

describe('Egress.lookup of a real socket', () => {
  const servers: Server[] = [];

  async function listen(host: string, port: number): Promise<{ port: number; accepted: () => number }> {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted++;
      socket.end();
    });
    servers.push(server.listen(port, host));
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, accepted: () => accepted };
  }

  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  it('case 98: localhost does not lead to the loopback', async () => {
    const { port, accepted } = await listen('127.0.0.1', 0);
    const socket = connect({ host: 'localhost', port, lookup: new Egress(PRIVATE_RANGES).lookup });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EGRESS');
    expect(accepted()).toBe(0);
  });

  it('case 99: the address that was checked is the one connected to; a changed answer is checked anew', async () => {
    const allowed = await listen('127.0.0.1', 0);
    const forbidden = await listen('127.0.0.2', allowed.port);
    let asked = 0;
    const names = await startDnsServer(() => ({ records: [address(asked++ === 0 ? '127.0.0.1' : '127.0.0.2', 0)] }));
    const resolver = openResolver({ DNS_SERVERS: names.address });
    const resolve: Resolve = (name, _options, callback) =>
      void resolver.resolve4(name).then((found) =>
        callback(
          null,
          found.map((text) => ({ address: text, family: 4 })),
        ),
      );
    const { lookup } = new Egress(['127.0.0.1'], resolve);
    const open = (): Socket => connect({ host: 'api.test', port: allowed.port, lookup });

    const first = open();
    await once(first, 'connect');
    expect(first.remoteAddress).toBe('127.0.0.1');
    expect(asked).toBe(1);
    const [error] = (await once(open(), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EGRESS');
    expect(asked).toBe(2);
    expect([allowed.accepted(), forbidden.accepted()]).toEqual([1, 0]);
    first.destroy();
    await names.close();
  });
});
