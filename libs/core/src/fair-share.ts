import type { RequestContext } from './request-context.ts';

/** What one client holds of something bounded that all clients share: memory, places. */
export interface Share {
  /** Who holds it; see `holderOf`. */
  readonly client: string;
  /** How much of it: bytes, or 1 for a place. */
  readonly amount: number;
}

/**
 * The share to take back when there is no more: of the client that holds the largest amount, the slowest one. Many connections of
 * one client so cost that client, and nobody else.
 *
 * @param shares those that may be taken back, in the order in which they began; of equally slow ones the first is taken
 * @param speedOf how fast it moves on; `Infinity`: not to be taken back
 * @param asking the client that asks for more, and how much; it counts as if it held that already
 */
export function shareToTakeBack<S extends Share>(
  shares: Iterable<S>,
  speedOf: (share: S) => number,
  asking: Share,
): S | undefined {
  const amounts = new Map<string, number>([[asking.client, asking.amount]]);
  for (const { client, amount } of shares) amounts.set(client, (amounts.get(client) ?? 0) + amount);
  let found: S | undefined;
  let most = 0;
  let slowest = Infinity;
  for (const share of shares) {
    const amount = amounts.get(share.client)!;
    const speed = speedOf(share);
    if (speed === Infinity || amount < most || (amount === most && speed >= slowest)) continue;
    found = share;
    most = amount;
    slowest = speed;
  }
  return found;
}

/** The part of something bounded that callers nobody knows may hold together: the rest is kept for those who are logged in. */
export const FOR_STRANGERS = 0.75;

/** Who a request comes from, as far as fair shares go: the user, else the address. */
export function holderOf({ principal, client }: RequestContext): string {
  return principal?.id ?? client.address;
}
