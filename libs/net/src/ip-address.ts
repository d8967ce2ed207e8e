import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * An address in its one spelling: no zone, IPv4-mapped IPv6 as IPv4, IPv6 compressed in lower case.
 *
 * @returns undefined for anything that is not a plain address; `010.0.0.1`, `127.1`, `0x7f.1` and zones are not
 */
export function plainAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 4) return text;
  if (family === 0 || text.includes('%')) return undefined;
  return ipaddr.process(text).toString();
}
