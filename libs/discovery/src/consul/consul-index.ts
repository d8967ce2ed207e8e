/** Consul's indexes are unsigned integers of 64 bits, more than a `number` holds: they stay text and are compared as BigInt. */
const MAX_INDEX = 2n ** 64n - 1n;

/**
 * The `index` of the next blocking query, by the rules of https://developer.hashicorp.com/consul/api-docs/features/blocking:
 * an index that went backwards (a restored snapshot, another server) starts anew, and one of 0 counts as 1, with which the
 * next query can block.
 *
 * @param sent the index that was asked with; undefined: it did not block
 * @param header `X-Consul-Index` of the answer
 * @returns undefined: ask without one
 */
export function nextIndex(sent: string | undefined, header: string | undefined): string | undefined {
  if (header === undefined || !isIndex(header)) return undefined;
  const index = BigInt(header);
  if (index === 0n) return '1';
  return sent !== undefined && index < BigInt(sent) ? undefined : String(index);
}

/** Whether a value of `X-Consul-Index` is an index. */
export function isIndex(header: string | undefined): boolean {
  return header !== undefined && /^\d{1,20}$/.test(header) && BigInt(header) <= MAX_INDEX;
}
