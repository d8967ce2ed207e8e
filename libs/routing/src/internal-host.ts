import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
const SUBNETS: ReadonlyArray<readonly [string, number, 'ipv4' | 'ipv6']> = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
];
for (const [address, prefix, family] of SUBNETS) PRIVATE.addSubnet(address, prefix, family);

const INTERNAL_SUFFIX = /\.(?:internal|intranet|local|localhost|localdomain|lan|home\.arpa|svc|test|invalid)$/;

/**
 * Whether a host is one that clients outside cannot or should not reach: private, loopback and link-local addresses,
 * names without a dot, and the suffixes of private networks (RFC 6761, 6762, 8375, `.internal`).
 *
 * @param hostname as `URL.hostname` gives it: lower case, IPv4 in dotted form, IPv6 in brackets
 */
export function isInternalHost(hostname: string): boolean {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(address);
  if (family === 4) return PRIVATE.check(address, 'ipv4');
  if (family === 6) return PRIVATE.check(address, 'ipv6');
  const name = hostname.replace(/\.+$/, '');
  return !name.includes('.') || INTERNAL_SUFFIX.test(name);
}
