import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { plainAddress } from './ip-address.ts';
import { IpRanges, rangeProblem } from './ip-ranges.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6());

/** A range with its host bits cleared, as settings must have it, or a single address. */
const entry = fc
  .tuple(address, fc.integer({ min: 1, max: 128 }), fc.boolean())
  .map(([text, length, isSingle]): string => {
    const plain = plainAddress(text)!;
    if (isSingle) return plain;
    const isV4 = !plain.includes(':');
    const bits = isV4 ? ((length - 1) % 32) + 1 : length;
    const family = isV4 ? ipaddr.IPv4 : ipaddr.IPv6;
    return `${family.networkAddressFromCIDR(`${plain}/${bits}`).toString()}/${bits}`;
  });

/** Addresses anywhere, and ones in and just outside a range: a random one hardly ever falls into one. */
function near(range: string): fc.Arbitrary<string> {
  const [text = '', length] = range.split('/');
  const bytes = ipaddr.parse(text).toByteArray();
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  return fc
    .tuple(fc.uint8Array({ minLength: bytes.length, maxLength: bytes.length }), fc.boolean())
    .map(([noise, isOutside]) => {
      const mixed = bytes.map((byte, index) => {
        const kept = Math.max(0, Math.min(8, bits - index * 8));
        const mask = (0xff << (8 - kept)) & 0xff;
        return (byte & mask) | (noise[index]! & ~mask & 0xff);
      });
      if (isOutside) mixed[(bits - 1) >> 3]! ^= 0x80 >> ((bits - 1) & 7);
      return plainAddress(ipaddr.fromByteArray(mixed).toString())!;
    });
}

function isIn(text: string, range: string): boolean {
  const parsed = ipaddr.parse(text);
  const [network = '', bits] = range.split('/');
  const base = ipaddr.parse(network);
  if (base.kind() !== parsed.kind()) return false;
  return bits === undefined ? base.toString() === parsed.toString() : parsed.match(base, Number(bits));
}

describe('a set of address ranges', () => {
  it('holds exactly what ipaddr.js finds in one of the ranges, whatever the ranges and the address', () => {
    const example = fc
      .array(entry, { minLength: 1, maxLength: 8 })
      .chain((ranges) => fc.tuple(fc.constant(ranges), fc.oneof(address, ...ranges.map(near))));
    let inside = 0;
    fc.assert(
      fc.property(example, ([ranges, text]) => {
        // Those that may lead to an IPv4 address have tests of their own.
        fc.pre(![text, ...ranges].some((one) => /^(?:::|64:ff9b:|2002:|2001:(?:0|:))/.test(one)));
        expect(ranges.map(rangeProblem).filter(Boolean)).toEqual([]);
        const plain = plainAddress(text)!;
        const expected = ranges.some((range) => isIn(plain, range));
        if (expected) inside++;
        expect(new IpRanges(ranges).contains(plain)).toBe(expected);
      }),
      { numRuns: 500 },
    );
    expect(inside).toBeGreaterThan(50);
  });

  it('case 49: an IPv4-mapped address is the IPv4 address, as an entry and as a client', () => {
    const ranges = new IpRanges(['::ffff:10.0.0.1', '192.0.2.0/24']);
    expect(ranges.contains(plainAddress('10.0.0.1')!)).toBe(true);
    expect(ranges.contains(plainAddress('::ffff:10.0.0.1')!)).toBe(true);
    expect(ranges.contains(plainAddress('::FFFF:c000:02ff')!)).toBe(true);
    expect(ranges.contains(plainAddress('10.0.0.2')!)).toBe(false);
  });

  it('case 49: an IPv6 range holds no IPv4 address, whatever their bits have in common', () => {
    const ranges = new IpRanges(['a00::/8', '::/3']);
    expect(ranges.contains('10.0.0.1')).toBe(false);
    expect(new IpRanges(['10.0.0.0/8']).contains('a00::1')).toBe(false);
  });

  const EMBEDDED = [
    ['IPv4-mapped', '::ffff:10.1.2.3'],
    ['IPv4-translated', '::ffff:0:10.1.2.3'],
    ['IPv4-compatible', '::10.1.2.3'],
    ['NAT64', '64:ff9b::a01:203'],
    ['6to4', '2002:a01:203:7::9'],
    ['Teredo', '2001:0:5f00:1::f5fe:fdfc'],
  ] as const;

  it.each(EMBEDDED)('counts an address that leads to an IPv4 address as that one: %s', (_form, text) => {
    expect(new IpRanges(['10.0.0.0/8']).contains(text)).toBe(true);
    expect(new IpRanges(['10.1.2.3']).contains(text)).toBe(true);
    expect(new IpRanges(['11.0.0.0/8', '::/1', '8000::/1']).contains(text)).toBe(false);
    const ofEntry = new IpRanges([text]);
    expect([ofEntry.contains('10.1.2.3'), ofEntry.contains('10.1.2.4')]).toEqual([true, false]);
  });

  it.each(['::', '::1', '64:ff9b:1::1', '2001:db8::1', '2003::1'])('counts %s as itself', (text) => {
    expect(new IpRanges([text]).contains(text)).toBe(true);
    expect(new IpRanges(['::/1']).contains(text)).toBe(true);
    expect(new IpRanges(['0.0.0.0/1', '128.0.0.0/1']).contains(text)).toBe(false);
  });

  it('holds nothing that is not an address, and takes no range that is none', () => {
    const all = new IpRanges(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']);
    for (const text of ['', 'fe80::1%eth0', '127.1', '010.0.0.1', 'localhost', '10.0.0.1:80']) {
      expect(all.contains(text)).toBe(false);
    }
    expect(() => new IpRanges(['10.1.2.3/8', '0.0.0.0/0'])).toThrow(/10\.1\.2\.3\/8.*; .*0\.0\.0\.0\/0/);
  });

  it('holds a range that lies in a wider one or around a narrower one, in either order', () => {
    for (const entries of [
      ['10.0.0.0/8', '10.1.2.3'],
      ['10.1.2.3', '10.0.0.0/8'],
    ]) {
      const ranges = new IpRanges(entries);
      expect(['10.1.2.3', '10.9.9.9', '10.0.0.0', '10.255.255.255'].every((text) => ranges.contains(text))).toBe(true);
      expect(['9.255.255.255', '11.0.0.0'].some((text) => ranges.contains(text))).toBe(false);
    }
  });

  it('holds nobody when nobody is named', () => {
    const ranges = new IpRanges([]);
    expect(ranges.isEmpty).toBe(true);
    expect(ranges.contains('127.0.0.1')).toBe(false);
  });
});

describe('case 49: an entry of an address list', () => {
  it.each([
    ['0.0.0.0/0', 'every address'],
    ['::/0', 'every address'],
    ['10.0.0.1/8', 'write 10.0.0.0/8, or 10.0.0.1'],
    ['::ffff:10.0.0.0/104', 'as a range of IPv4 addresses'],
    ['64:ff9b::/96', 'as a range of IPv4 addresses'],
    ['64:ff9b::10.0.0.0/104', 'as a range of IPv4 addresses'],
    ['2002:a00::/24', 'as a range of IPv4 addresses'],
    ['2002::/16', 'as a range of IPv4 addresses'],
    ['2001::/32', 'as a range of IPv4 addresses'],
    ['::/96', 'as a range of IPv4 addresses'],
    ['127.1/8', 'not an IP address'],
    ['2001:db8::1/32', 'write 2001:db8::/32, or 2001:db8::1'],
    ['10.0.0.0/00', 'no prefix length'],
    ['10.0.0.0/+8', 'no prefix length'],
    ['10.0.0.0/8.0', 'no prefix length'],
    ['10.0.0.0/255.0.0.0', 'no prefix length'],
    ['fe80::1%eth0/64', 'not an IP address'],
    ['[::1]', 'not an IP address'],
    ['10.0.0.0-10.0.0.9', 'not an IP address'],
    ['10.0.0.*', 'not an IP address'],
    ['all', 'not an IP address'],
    ['', 'not an IP address'],
    ['１0.0.0.1', 'not an IP address'],
  ])('%j is refused, and the sentence says why', (text, reason) => {
    expect(rangeProblem(text)).toContain(reason);
    expect(rangeProblem(text)).toContain(`"${text}"`);
  });
});
