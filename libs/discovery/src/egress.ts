import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { IpRanges } from '@portico/net';

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
const CREDENTIALS = new IpRanges(['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);

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
  private readonly ranges: IpRanges;
  /** Those of the ranges that are one address. */
  private readonly single: IpRanges;

  /**
   * @param ranges CIDR ranges or single addresses, IPv4 or IPv6
   * @param resolve how names are resolved; default the system's resolver
   * @throws TypeError saying what is wrong with each range that is none (`rangeProblem` of `@portico/net`)
   */
  constructor(
    ranges: readonly string[],
    private readonly resolve: Resolve = systemLookup as Resolve,
  ) {
    this.ranges = new IpRanges(ranges);
    this.single = new IpRanges(ranges.filter((range) => !range.includes('/') || /\.\d+\/32$|:[^.]*\/128$/.test(range)));
  }

  /**
   * Whether an IP address may be connected to. An IPv6 address that leads to an IPv4 address (see `IpRanges`) counts as that one;
   * an address with a zone is refused, and so is one where a cloud serves credentials unless it is listed by itself.
   */
  allows(address: string): boolean {
    return (CREDENTIALS.contains(address) ? this.single : this.ranges).contains(address);
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
}

function refusal(hostname: string): NodeJS.ErrnoException {
  const message = `${hostname} resolves to no address that the egress ranges allow`;
  return Object.assign(new Error(message), { code: 'EGRESS' });
}
