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

/**
 * Where clouds serve credentials within those private networks (Alibaba; EC2 and Google over IPv6). A range that has them was not
 * written to allow them. The better known 169.254.169.254 is link-local, which is in no default.
 */
const CREDENTIALS = new BlockList();
CREDENTIALS.addAddress('100.100.100.200');
CREDENTIALS.addAddress('fd00:ec2::254', 'ipv6');
CREDENTIALS.addAddress('fd20:ce::254', 'ipv6');

/** Bits of an address. */
const LONGEST = { ipv4: 32, ipv6: 128 } as const;

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
  /** Those of the ranges that are one address. */
  private readonly single = new BlockList();

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
   * that one; an address with a zone is refused, and so is one where a cloud serves credentials unless it is listed by itself.
   */
  allows(address: string): boolean {
    const family = address.includes('%') ? 0 : isIP(address);
    if (family === 0) return false;
    const ipv4 = family === 4 ? address : embeddedIPv4(address);
    const type = ipv4 === undefined ? 'ipv6' : 'ipv4';
    const list = CREDENTIALS.check(ipv4 ?? address, type) ? this.single : this[type];
    return list.check(ipv4 ?? address, type);
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
    const { address, prefix, type } = readRange(range);
    if (type === 'ipv6' && embeddedIPv4(address) !== undefined) {
      throw new TypeError(`"${range}" stands for IPv4 addresses: write it as those`);
    }
    this[type].addSubnet(address, prefix, type);
    if (prefix === LONGEST[type]) this.single.addAddress(address, type);
  }
}

function readRange(range: string): { address: string; prefix: number; type: 'ipv4' | 'ipv6' } {
  const [, address = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = isIP(address);
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const prefix = bits === undefined ? LONGEST[type] : Number(bits);
  if (family === 0 || prefix > LONGEST[type]) throw new TypeError(`"${range}" is not a range like 10.0.0.0/8`);
  return { address, prefix, type };
}

function refusal(hostname: string): NodeJS.ErrnoException {
  const message = `${hostname} resolves to no address that the egress ranges allow`;
  return Object.assign(new Error(message), { code: 'EGRESS' });
}
