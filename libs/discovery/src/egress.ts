import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

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
  private readonly allowed = new BlockList();

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

  /** Whether an IP address may be connected to. IPv4-mapped IPv6 counts as the IPv4 address it is. */
  allows(address: string): boolean {
    const family = isIP(address);
    if (family === 0) return false;
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    if (mapped !== undefined) return this.allowed.check(mapped, 'ipv4');
    return this.allowed.check(address, family === 4 ? 'ipv4' : 'ipv6');
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
    const [address = '', bits] = range.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
    if (family === 0 || !(prefix <= longest)) throw new TypeError(`"${range}" is not a range like 10.0.0.0/8`);
    this.allowed.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
}

function refusal(hostname: string): NodeJS.ErrnoException {
  const message = `${hostname} resolves to no address that the egress ranges allow`;
  return Object.assign(new Error(message), { code: 'EGRESS' });
}
