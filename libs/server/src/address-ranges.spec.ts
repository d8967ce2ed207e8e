import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { AddressRanges } from './address-ranges.ts';
import { plainAddress, rangeProblem } from './ip-address.ts';

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
        expect(ranges.map(rangeProblem).filter(Boolean)).toEqual([]);
        const plain = plainAddress(text)!;
        const expected = ranges.some((range) => isIn(plain, range));
        if (expected) inside++;
        expect(new AddressRanges(ranges).contains(plain)).toBe(expected);
      }),
      { numRuns: 500 },
    );
    expect(inside).toBeGreaterThan(50);
  });

  it('case 49: an IPv4-mapped address is the IPv4 address, as an entry and as a client', () => {
    const ranges = new AddressRanges(['::ffff:10.0.0.1', '192.0.2.0/24']);
    expect(ranges.contains(plainAddress('10.0.0.1')!)).toBe(true);
    expect(ranges.contains(plainAddress('::ffff:10.0.0.1')!)).toBe(true);
    expect(ranges.contains(plainAddress('::FFFF:c000:02ff')!)).toBe(true);
    expect(ranges.contains(plainAddress('10.0.0.2')!)).toBe(false);
  });

  it('case 49: an IPv6 range holds no IPv4 address, whatever their bits have in common', () => {
    const ranges = new AddressRanges(['a00::/8', '::/3']);
    expect(ranges.contains('10.0.0.1')).toBe(false);
    expect(new AddressRanges(['10.0.0.0/8']).contains('a00::1')).toBe(false);
  });

  it('holds a range that lies in a wider one or around a narrower one, in either order', () => {
    for (const entries of [
      ['10.0.0.0/8', '10.1.2.3'],
      ['10.1.2.3', '10.0.0.0/8'],
    ]) {
      const ranges = new AddressRanges(entries);
      expect(['10.1.2.3', '10.9.9.9', '10.0.0.0', '10.255.255.255'].every((text) => ranges.contains(text))).toBe(true);
      expect(['9.255.255.255', '11.0.0.0'].some((text) => ranges.contains(text))).toBe(false);
    }
  });

  it('holds nobody when nobody is named', () => {
    const ranges = new AddressRanges([]);
    expect(ranges.isEmpty).toBe(true);
    expect(ranges.contains('127.0.0.1')).toBe(false);
  });
});

describe('case 49: an entry of an address list', () => {
  it.each([
    ['0.0.0.0/0', 'every address'],
    ['::/0', 'every address'],
    ['10.0.0.1/8', 'write 10.0.0.0/8, or 10.0.0.1'],
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
