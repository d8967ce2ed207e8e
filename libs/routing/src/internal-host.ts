import { isIP } from 'node:net';
import { IpRanges } from '@portico/net';

/** Private, shared, loopback, link-local, benchmark, multicast and reserved addresses, and those of local translators (NAT64). */
const INTERNAL = new IpRanges([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3'],
  ...['::', '::1', '64:ff9b:1::/48', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]);

const INTERNAL_SUFFIX = /\.(?:internal|intranet|local|localhost|localdomain|lan|home\.arpa|svc|test|invalid)$/;

/**
 * Whether a host is one that clients outside cannot or should not reach: private, loopback and link-local addresses,
 * names without a dot, and the suffixes of private networks (RFC 6761, 6762, 8375, `.internal`).
 *
 * @param hostname as `URL.hostname` gives it: lower case, IPv4 in dotted form, IPv6 in brackets
 */
export function isInternalHost(hostname: string): boolean {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (isIP(address) !== 0) return INTERNAL.contains(address);
  const name = hostname.replace(/\.+$/, '');
  return !name.includes('.') || INTERNAL_SUFFIX.test(name);
}
