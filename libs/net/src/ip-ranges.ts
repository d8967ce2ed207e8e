import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { embeddedIPv4, isRangeOfIPv4 } from './embedded-ipv4.ts';
import { plainAddress } from './ip-address.ts';

/** One bit further down for each step; a node that is a range holds every address below it. */
interface Node {
  readonly children: [Node | undefined, Node | undefined];
  isRange: boolean;
}

const newNode = (): Node => ({ children: [undefined, undefined], isRange: false });

/**
 * A set of addresses and CIDR ranges as two binary tries, one a family: a look-up takes as many steps as the longest prefix has
 * bits, however many ranges there are. An IPv6 address that leads to an IPv4 address (IPv4-mapped, -translated and -compatible,
 * NAT64, 6to4, Teredo) counts as that one, in an entry and when it is looked up.
 */
export class IpRanges {
  private readonly roots = { 4: newNode(), 16: newNode() };
  /** Whether there is nothing in it. */
  readonly isEmpty: boolean;

  /**
   * @param entries addresses and CIDR ranges
   * @throws TypeError saying what is wrong with each of them (`rangeProblem`)
   */
  constructor(entries: readonly string[]) {
    const problems = entries.map(rangeProblem).filter((problem) => problem !== undefined);
    if (problems.length > 0) throw new TypeError(problems.join('; '));
    this.isEmpty = entries.length === 0;
    for (const entry of entries) this.add(entry);
  }

  /** Whether the address lies in one of the ranges. What is not an address (`plainAddress`) lies in none. */
  contains(address: string): boolean {
    if (this.isEmpty) return false;
    const plain = plainAddress(address);
    if (plain === undefined) return false;
    const bytes = bytesOf(plain);
    let node: Node | undefined = this.roots[bytes.length as 4 | 16];
    for (let index = 0; node !== undefined; index++) {
      if (node.isRange) return true;
      if (index === bytes.length * 8) return false;
      node = node.children[bitOf(bytes, index)];
    }
    return false;
  }

  private add(entry: string): void {
    const [text = '', prefix] = entry.split('/');
    const isWhole = prefix === undefined || Number(prefix) === sizeOf(text);
    const bytes = isWhole ? bytesOf(text) : ipaddr.parse(text).toByteArray();
    const length = isWhole ? bytes.length * 8 : Number(prefix);
    let node = this.roots[bytes.length as 4 | 16];
    for (let index = 0; index < length; index++) node = node.children[bitOf(bytes, index)] ??= newNode();
    node.isRange = true;
  }
}

/** The bytes of an address, of the IPv4 address that it leads to if it does. */
function bytesOf(address: string): readonly number[] {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.length === 4 ? bytes : (embeddedIPv4(bytes) ?? bytes);
}

function bitOf(bytes: readonly number[], index: number): 0 | 1 {
  return ((bytes[index >> 3]! >> (7 - (index & 7))) & 1) as 0 | 1;
}

function sizeOf(address: string): 32 | 128 {
  return isIP(address) === 4 ? 32 : 128;
}

/**
 * What is wrong with an address or a CIDR range as a setting, in a sentence; undefined when nothing is. `/0`, bits beyond the
 * prefix, IPv4 ranges in the form of IPv6, host names, zones, short forms, and numbers in octal or hexadecimal are wrong.
 */
export function rangeProblem(entry: string): string | undefined {
  const [text = '', bits, ...rest] = entry.split('/');
  if (plainAddress(text) === undefined || rest.length > 0) {
    return `"${entry}" is not an IP address or a range such as 10.0.0.0/8`;
  }
  return bits === undefined ? undefined : prefixProblem(entry, text, bits);
}

function prefixProblem(entry: string, text: string, bits: string): string | undefined {
  const size = sizeOf(text);
  if (bits === '0') return `"${entry}" would be every address there is`;
  if (!/^[1-9]\d{0,2}$/.test(bits) || Number(bits) > size) return `"${entry}" has no prefix length from 1 to ${size}`;
  const address = ipaddr.parse(text);
  if (size === 128 && isRangeOfIPv4(address.toByteArray(), Number(bits))) {
    return `"${entry}" must be written as a range of IPv4 addresses`;
  }
  const network = networkOf(text, bits);
  // Either the prefix is a slip or the address is: guessing which could let in 16 million addresses for one.
  if (network !== address.toString())
    return `"${entry}" is an address inside a range: write ${network}/${bits}, or ${address.toString()}`;
  return undefined;
}

function networkOf(address: string, bits: string): string {
  const family = isIP(address) === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(`${address}/${bits}`).toString();
}
