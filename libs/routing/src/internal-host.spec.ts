import { isInternalHost } from './internal-host.ts';

/** IANA's special-purpose registries (RFC 6890), RFC 4291, 3879 and 8215: first and last addresses, and the ones beside them. */
const RANGES: ReadonlyArray<readonly [range: string, inside: readonly string[], outside: readonly string[]]> = [
  ['0.0.0.0/8', ['0.0.0.0', '0.255.255.255'], ['1.0.0.0']],
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
  ['100.64.0.0/10', ['100.64.0.0', '100.127.255.255'], ['100.63.255.255', '100.128.0.0']],
  ['127.0.0.0/8', ['127.0.0.0', '127.255.255.255'], ['126.255.255.255', '128.0.0.0']],
  ['169.254.0.0/16', ['169.254.0.0', '169.254.255.255'], ['169.253.255.255', '169.255.0.0']],
  ['172.16.0.0/12', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
  ['192.0.0.0/24', ['192.0.0.0', '192.0.0.255'], ['191.255.255.255', '192.0.1.0']],
  ['192.168.0.0/16', ['192.168.0.0', '192.168.255.255'], ['192.167.255.255', '192.169.0.0']],
  ['198.18.0.0/15', ['198.18.0.0', '198.19.255.255'], ['198.17.255.255', '198.20.0.0']],
  ['224.0.0.0/3', ['224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.255'], ['223.255.255.255']],
  ['::', ['[::]'], []],
  ['::1', ['[::1]'], ['[1::1]']],
  ['64:ff9b:1::/48', ['[64:ff9b:1::]', '[64:ff9b:1:ffff::1]'], ['[64:ff9b:2::1]']],
  ['fc00::/7', ['[fc00::]', '[fdff:ffff::1]'], ['[fbff::1]']],
  ['fe80::/10', ['[fe80::1]', '[febf:ffff::1]'], ['[fe7f::1]']],
  ['fec0::/10', ['[fec0::1]', '[feff:ffff::1]'], []],
  ['ff00::/8', ['[ff00::]', '[ff02::1]', '[ffff::1]'], []],
];

describe('a host inside', () => {
  it.each(RANGES)('has an address of %s', (_range, inside, outside) => {
    expect(inside.filter((host) => isInternalHost(host))).toEqual(inside);
    expect(outside.filter((host) => isInternalHost(host))).toEqual([]);
  });

  it.each([
    ...['internal', 'intranet', 'local', 'localhost', 'localdomain', 'lan', 'home.arpa', 'svc', 'test', 'invalid'],
  ])('has a name that ends in .%s', (suffix) => {
    for (const host of [`shop.${suffix}`, `a.b.${suffix}`, `shop.${suffix}.`]) expect(isInternalHost(host)).toBe(true);
    for (const host of [`shop${suffix.replace('.', '')}.example`, `${suffix}.example`]) {
      expect(isInternalHost(host)).toBe(false);
    }
  });

  it.each(['catalog', 'localhost', 'catalog.'])('has a name without a dot: %s', (host) => {
    expect(isInternalHost(host)).toBe(true);
  });

  it.each(['shop.example', 'shop.example.', '8.8.8.8', '[2606:4700::1]', '[2001:4860:4860::8888]'])(
    'is not %s',
    (host) => {
      expect(isInternalHost(host)).toBe(false);
    },
  );
});
