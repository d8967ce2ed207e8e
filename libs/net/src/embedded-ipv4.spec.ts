import ipaddr from 'ipaddr.js';
import { embeddedIPv4, isRangeOfIPv4 } from './embedded-ipv4.ts';

const bytesOf = (text: string): number[] => ipaddr.parse(text).toByteArray();
const VALUE = [192, 0, 2, 33];

/** Where the forms differ from one byte to the next: the prefix of each, spelled out in bytes. */
const FORMS: ReadonlyArray<readonly [name: string, address: string, length: number]> = [
  ['IPv4-mapped (RFC 4291 2.5.5.2)', '::ffff:c000:221', 96],
  ['IPv4-translated (RFC 2765 2.1)', '::ffff:0:c000:221', 96],
  ['IPv4-compatible (RFC 4291 2.5.5.1)', '::c000:221', 96],
  ['NAT64 (RFC 6052 2.1)', '64:ff9b::c000:221', 96],
  ['6to4 (RFC 3056 2)', '2002:c000:221::1', 16],
  ['Teredo (RFC 4380 4), inverted', '2001:0:4136:e378:8000:63bf:3fff:fdde', 32],
];

describe('the IPv4 address within an IPv6 address', () => {
  it.each(FORMS)('is there in the form %s', (_name, address) => {
    expect(embeddedIPv4(bytesOf(address))).toEqual(VALUE);
  });

  it.each(FORMS)('is that of %s no more when one byte of the prefix differs', (_name, address, length) => {
    for (let index = 0; index < length / 8; index++) {
      const bytes = bytesOf(address);
      bytes[index]! ^= 0x40;
      expect(embeddedIPv4(bytes)).not.toEqual(VALUE);
    }
  });

  it.each(FORMS)('is there in %s whatever follows the prefix', (_name, address, length) => {
    for (const byte of [0x00, 0x01, 0xff]) {
      const bytes = bytesOf(address);
      bytes.fill(byte, length / 8);
      const isOwn = length === 96 && byte === 0x00 && address.startsWith('::c');
      expect(embeddedIPv4(bytes) === undefined).toBe(isOwn);
    }
  });

  it.each(['::', '::1', '2001:db8::1', 'fe80::c000:221', '64:ff9b:1::c000:221', '::1:0:c000:221', '2003::1'])(
    'is not there in %s',
    (address) => expect(embeddedIPv4(bytesOf(address))).toBeUndefined(),
  );

  it('is there in ::2, which is no loopback', () => {
    expect(embeddedIPv4(bytesOf('::2'))).toEqual([0, 0, 0, 2]);
  });
});

describe('a range of nothing but IPv4 addresses', () => {
  it.each(FORMS)('has the whole prefix of %s', (_name, address, length) => {
    const network = bytesOf(address);
    expect(isRangeOfIPv4(network, length)).toBe(true);
    expect(isRangeOfIPv4(network, 128)).toBe(true);
    expect(isRangeOfIPv4(network, length - 1)).toBe(false);
  });

  it('is neither the loopback nor any other', () => {
    expect(isRangeOfIPv4(bytesOf('::1'), 128)).toBe(false);
    expect(isRangeOfIPv4(bytesOf('::'), 128)).toBe(false);
    expect(isRangeOfIPv4(bytesOf('2001:db8::'), 96)).toBe(false);
  });
});
