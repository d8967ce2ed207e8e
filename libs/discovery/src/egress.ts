import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { embeddedIPv4 } from './embedded-ipv4.ts';

/** Private networks (RFC 1918, RFC 6598, RFC 4193): where discovered instances may be unless a range says otherwise. */
export const PRIVATE_RANGES: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * The addresses that an upstream may be reached at. A registry or a DNS answer that names another one is refused, so nobody who
 * can write there can make the gateway call what it should not (server-side request forgery through discovery).
 */
export class Egress {
  // Two lists, because one would let ::/0 allow every IPv4 address too.
  private readonly ipv4 = new BlockList();
  private readonly ipv6 = new BlockList();

  /**
   * @param ranges CIDR ranges or single addresses, IPv4 or IPv6
   * @param resolve how names are resolved; default the system's resolver
   * @throws TypeError naming the range that is none
   */
  constructor(
    ranges: readonly string[],
    private readonly resolve: Resolve = systemLookup as Resolve,
  ) {
    for (const range of ranges) this.add(range);
  }

  /**
   * Whether an IP address may be connected to. An IPv6 address that stands for an IPv4 address (IPv4-mapped, NAT64) counts as
   * that one; an address with a zone is refused.
   */
  allows(address: string): boolean {
    const family = address.includes('%') ? 0 : isIP(address);
    if (family === 0) return false;
    const ipv4 = family === 4 ? address : embeddedIPv4(address);
    return ipv4 === undefined ? this.ipv6.check(address, 'ipv6') : this.ipv4.check(ipv4, 'ipv4');
  }

  /**
   * `lookup` for `net.connect` and undici: the addresses it hands out are the ones connected to, so what was checked cannot change
   * in between (DNS rebinding). Fails with code `EGRESS` when no address of the name is allowed.
   */
  readonly lookup = (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => this.allows(address));
      if (allowed.length === 0) return callback(refusal(hostname), []);
      if (options.all) callback(null, allowed);
      else callback(null, allowed[0]!.address, allowed[0]!.family);
    });
  };

  private add(range: string): void {
    const [, address = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : Number(bits);
    if (family === 0 || prefix > longest) throw new TypeError(`"${range}" is not a range like 10.0.0.0/8`);
    if (family === 4) this.ipv4.addSubnet(address, prefix, 'ipv4');
    else if (embeddedIPv4(address) === undefined) this.ipv6.addSubnet(address, prefix, 'ipv6');
    else throw new TypeError(`"${range}" stands for IPv4 addresses: write it as those`);
  }
}

function refusal(hostname: string): NodeJS.ErrnoException {
  const message = `${hostname} resolves to no address that the egress ranges allow`;
  return Object.assign(new Error(message), { code: 'EGRESS' });
}
