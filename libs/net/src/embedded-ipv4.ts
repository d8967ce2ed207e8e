/** IPv6 addresses that lead to the IPv4 address within them. */
interface Carrier {
  /** The bytes that they begin with. */
  readonly prefix: readonly number[];
  /** Where the IPv4 address begins, in bytes. */
  readonly start: number;
  /** Whether its bits are inverted. */
  readonly isInverted?: true;
}

const CARRIERS: readonly Carrier[] = [
  // IPv4-mapped (RFC 4291 2.5.5.2), IPv4-translated (RFC 2765), IPv4-compatible (RFC 4291 2.5.5.1)
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], start: 12 },
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], start: 12 },
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], start: 12 },
  // NAT64 (RFC 6052): the translator connects to the IPv4 address.
  { prefix: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], start: 12 },
  // 6to4 (RFC 3056) and Teredo (RFC 4380): tunnels to the IPv4 address
  { prefix: [0x20, 0x02], start: 2 },
  { prefix: [0x20, 0x01, 0, 0], start: 12, isInverted: true },
];

/**
 * The IPv4 address that is reached through an IPv6 address, as its four bytes; undefined when it stands for itself, as the
 * unspecified address and the loopback do.
 *
 * @param bytes 16 of them
 */
export function embeddedIPv4(bytes: readonly number[]): readonly number[] | undefined {
  const carrier = carrierOf(bytes);
  if (carrier === undefined || isOwnAddress(bytes)) return undefined;
  const embedded = bytes.slice(carrier.start, carrier.start + 4);
  return carrier.isInverted ? embedded.map((byte) => ~byte & 0xff) : embedded;
}

/** Whether every address of an IPv6 range leads to an IPv4 address, so that the range itself would hold none. */
export function isRangeOfIPv4(network: readonly number[], length: number): boolean {
  const carrier = carrierOf(network);
  if (carrier === undefined || length < carrier.prefix.length * 8) return false;
  return length < 128 || !isOwnAddress(network);
}

function carrierOf(bytes: readonly number[]): Carrier | undefined {
  return CARRIERS.find(({ prefix }) => prefix.every((byte, index) => byte === bytes[index]));
}

/** `::` and `::1`. */
function isOwnAddress(bytes: readonly number[]): boolean {
  return bytes[15]! <= 1 && bytes.every((byte, index) => byte === 0 || index === 15);
}
