import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

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
 * What is wrong with an address or a CIDR range as a setting, in a sentence; undefined when nothing is. `/0`, host names,
 * zones, and numbers in octal or hexadecimal are wrong.
 */
export function rangeProblem(entry: string): string | undefined {
  const [text = '', bits, ...rest] = entry.split('/');
  const plain = plainAddress(text);
  if (plain === undefined || rest.length > 0) {
    return `"${entry}" is not an IP address or a range such as 10.0.0.0/8`;
  }
  if (bits === undefined) return undefined;
  const size = isIP(text) === 4 ? 32 : 128;
  if (bits === '0') return `"${entry}" would trust every address`;
  if (!/^[1-9]\d{0,2}$/.test(bits) || Number(bits) > size) return `"${entry}" has no prefix length from 1 to ${size}`;
  if (isIP(plain) !== isIP(text)) return `"${entry}" must be written as a range of IPv4 addresses`;
  return undefined;
}

function parseRange(entry: string): Range {
  const [text = '', bits] = entry.split('/');
  const address = ipaddr.process(text);
  return [address, bits === undefined ? address.toByteArray().length * 8 : Number(bits)];
}

/** The networks whose proxies may say who the client is. */
export class TrustedProxies {
  private readonly ranges: readonly Range[];

  /** @param entries addresses and CIDR ranges of which `rangeProblem` found none; none means that nobody is trusted */
  constructor(entries: readonly string[]) {
    this.ranges = entries.map(parseRange);
  }

  /** Whether the address, in the spelling of `plainAddress`, lies in one of the networks. */
  contains(address: string): boolean {
    if (this.ranges.length === 0) return false;
    const parsed = ipaddr.parse(address);
    return this.ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
  }
}
