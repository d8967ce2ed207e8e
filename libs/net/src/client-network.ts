import ipaddr from 'ipaddr.js';
import { embeddedIPv4 } from './embedded-ipv4.ts';
import { plainAddress } from './ip-address.ts';

/** Bytes of an IPv6 address that its owner cannot choose: providers give out /64 networks and larger (RFC 6177). */
const NETWORK_BYTES = 8;

/**
 * The network within which one client can have as many addresses as it likes: an IPv4 address itself, the /64 network of an IPv6 address. An IPv6
 * address that leads to an IPv4 address counts as that one, as in `IpRanges`.
 *
 * @returns the text as it is when it is no address (`plainAddress`)
 */
export function clientNetwork(address: string): string {
  const plain = plainAddress(address);
  if (plain === undefined || !plain.includes(':')) return plain ?? address;
  const bytes = ipaddr.parse(plain).toByteArray();
  const embedded = embeddedIPv4(bytes);
  if (embedded) return embedded.join('.');
  return ipaddr.fromByteArray(bytes.map((byte, index) => (index < NETWORK_BYTES ? byte : 0))).toString();
}
