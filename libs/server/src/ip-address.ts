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

/**
 * What is wrong with an address or a CIDR range as a setting, in a sentence; undefined when nothing is. `/0`, bits beyond the
 * prefix, host names, zones, and numbers in octal or hexadecimal are wrong.
 */
export function rangeProblem(entry: string): string | undefined {
  const [text = '', bits, ...rest] = entry.split('/');
  const plain = plainAddress(text);
  if (plain === undefined || rest.length > 0) {
    return `"${entry}" is not an IP address or a range such as 10.0.0.0/8`;
  }
  return bits === undefined ? undefined : prefixProblem(entry, plain, { text, bits });
}

function prefixProblem(
  entry: string,
  plain: string,
  { text, bits }: { readonly text: string; readonly bits: string },
): string | undefined {
  const size = isIP(text) === 4 ? 32 : 128;
  if (bits === '0') return `"${entry}" would be every address there is`;
  if (!/^[1-9]\d{0,2}$/.test(bits) || Number(bits) > size) return `"${entry}" has no prefix length from 1 to ${size}`;
  if (isIP(plain) !== isIP(text)) return `"${entry}" must be written as a range of IPv4 addresses`;
  const network = networkOf(plain, Number(bits));
  // Either the prefix is a slip or the address is: guessing which could let in 16 million addresses for one.
  if (network !== plain) return `"${entry}" is an address inside a range: write ${network}/${bits}, or ${plain}`;
  return undefined;
}

function networkOf(address: string, bits: number): string {
  const range = `${address}/${bits}`;
  const network =
    isIP(address) === 4 ? ipaddr.IPv4.networkAddressFromCIDR(range) : ipaddr.IPv6.networkAddressFromCIDR(range);
  return network.toString();
}
