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

function parseRange(entry: string): Range {
  const [text = '', bits, ...rest] = entry.split('/');
  const plain = plainAddress(text);
  if (plain === undefined || rest.length > 0) {
    throw new Error(`"${entry}" is not an IP address or a range such as 10.0.0.0/8`);
  }
  const address = ipaddr.parse(text);
  const size = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [ipaddr.parse(plain), plain.includes(':') ? 128 : 32];
  if (!/^(?:[1-9]\d{0,2}|0)$/.test(bits) || Number(bits) > size) {
    throw new Error(`"${entry}" has no prefix length from 1 to ${size}`);
  }
  if (Number(bits) === 0) throw new Error(`"${entry}" would trust every address`);
  if (plain !== text && isIP(plain) === 4) throw new Error(`"${entry}": write the IPv4 range itself`);
  return [address, Number(bits)];
}

/** The networks whose proxies may say who the client is. */
export class TrustedProxies {
  private constructor(private readonly ranges: readonly Range[]) {}

  /**
   * @param entries addresses and CIDR ranges; none means that nobody is trusted
   * @throws Error with a sentence about the first entry that does not fit (`/0`, a typo, a zone, an octal number)
   */
  static parse(entries: readonly string[]): TrustedProxies {
    return new TrustedProxies(entries.map(parseRange));
  }

  /** Whether the address, in the spelling of `plainAddress`, lies in one of the networks. */
  contains(address: string): boolean {
    if (this.ranges.length === 0) return false;
    const parsed = ipaddr.parse(address);
    return this.ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
  }
}
