import { anywhere, egressOf } from './egress.ts';

/** IANA's special-purpose registries: the last address before a range that is out, its ends, and the first one after it. */
const OUT: ReadonlyArray<readonly [range: string, before: string, first: string, last: string, after: string]> = [
  ['0.0.0.0/8', '1.0.0.0', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['169.254.0.0/16', '169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['224.0.0.0/3', '223.255.255.255', '224.0.0.0', '255.255.255.255', '223.255.255.255'],
];

/** One of each range that is in, so that none can be missing: every first byte of IPv4, and 169 in steps of its second. */
const FIRST_BYTES = Array.from({ length: 223 }, (_, index) => `${index + 1}.0.0.1`);
const OF_169 = Array.from({ length: 256 }, (_, byte) => `169.${byte}.0.1`).filter((text) => !text.includes('.254.'));

describe('the addresses of instances that an operator wrote down', () => {
  it.each(OUT)('have none of %s, and what is beside it', (_range, before, first, last, after) => {
    const egress = anywhere();
    expect([before, after].every((text) => egress.allows(text))).toBe(true);
    expect([first, last].some((text) => egress.allows(text))).toBe(false);
  });

  it('have all others of IPv4, and those of IPv6 that are global, unique local or the own machine', () => {
    const egress = anywhere();
    const allowed = [...FIRST_BYTES, ...OF_169, '::1', '2000::', '3fff:ffff::1', 'fc00::', 'fdff:ffff::1'];
    expect(allowed.filter((text) => !egress.allows(text))).toEqual([]);
    const refused = ['::', '1fff::1', '4000::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'fbff::1'];
    expect(refused.filter((text) => egress.allows(text))).toEqual([]);
  });
});

describe('the addresses of an upstream', () => {
  const allows = (options: Partial<Parameters<typeof egressOf>[1]>, text: string): boolean =>
    egressOf('shop', { ranges: undefined, isStatic: false, environment: {}, ...options }).allows(text);

  it('are its own ranges before all others', () => {
    const ranges = ['192.0.2.0/24'];
    const environment = { EGRESS_RANGES: '10.0.0.0/8' };
    for (const isStatic of [true, false]) {
      expect(allows({ ranges, isStatic, environment }, '192.0.2.1')).toBe(true);
      expect(allows({ ranges, isStatic, environment }, '10.0.0.1')).toBe(false);
    }
  });

  it('are anywhere when they are written down, whatever EGRESS_RANGES says', () => {
    expect(allows({ isStatic: true, environment: { EGRESS_RANGES: '10.0.0.0/8' } }, '8.8.8.8')).toBe(true);
  });

  /** RFC 1918, 6598 and 4193. */
  it('are those of private networks when they are discovered, or of EGRESS_RANGES', () => {
    const ends = [
      ...['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
      ...['100.64.0.0', '100.127.255.255', 'fc00::', 'fdff:ffff::1'],
    ];
    const beside = [
      ...['9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
      ...['100.63.255.255', '100.128.0.0', 'fbff::1', 'fe00::1', '127.0.0.1', '::1'],
    ];
    expect(ends.filter((text) => !allows({}, text))).toEqual([]);
    expect(beside.filter((text) => allows({}, text))).toEqual([]);
    const environment = { EGRESS_RANGES: ' 127.0.0.1 , 192.0.2.0/24' };
    expect(['127.0.0.1', '192.0.2.9'].every((text) => allows({ environment }, text))).toBe(true);
    expect(allows({ environment }, '10.0.0.1')).toBe(false);
  });
});
