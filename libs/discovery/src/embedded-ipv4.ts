/** First six groups of the IPv6 addresses that stand for the IPv4 address in their last 32 bits. */
const CARRIERS: ReadonlySet<string> = new Set([
  // IPv4-mapped (RFC 4291, 2.5.5.2) and IPv4-translated (RFC 2765)
  '0:0:0:0:0:ffff',
  '0:0:0:0:ffff:0',
  // NAT64 (RFC 6052): the translator connects to the IPv4 address
  '64:ff9b:0:0:0:0',
]);

/**
 * The IPv4 address that is reached through an IPv6 address, in whatever notation; undefined when it stands for itself.
 *
 * @param address a valid IPv6 address without zone
 */
export function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  if (!CARRIERS.has(groups.slice(0, 6).join(':'))) return undefined;
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .map((group) => `${group >> 8}.${group & 255}`)
    .join('.');
}

/** Eight groups in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  // The URL parser writes a dotted tail as two groups and shortens all others.
  const [head = [], tail = []] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
