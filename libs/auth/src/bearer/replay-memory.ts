import type { Clock } from '@portico/core';

/**
 * Remembers a one-time identifier for `ttl` milliseconds; false when it was known, or when it cannot be remembered.
 * `Sessions.useOnce` does it for all replicas.
 */
export type UseOnce = (identifier: string, ttl: number) => Promise<boolean>;

/**
 * `UseOnce` for one process, in memory.
 *
 * @param most identifiers that are held at most; while there are more nothing new is accepted, because forgetting one early
 * would let it be used again. Default more than one process can check the signatures of in their life, or a single client that has a
 * token could fill it and shut out all others
 */
export function rememberInMemory(clock: Clock, most = 500_000): UseOnce {
  const known = new Map<string, number>();
  return function useOnce(identifier, ttl) {
    const now = clock.now();
    forgetOld(known, now);
    const isNew = !known.has(identifier) && known.size < most;
    if (isNew) known.set(identifier, now + ttl);
    return Promise.resolve(isNew);
  };
}

/** Identifiers that are forgotten in one use: more than a use adds, and few enough that none waits for many. */
const FEW = 10;

/** From the oldest on, until one is alive: all have about the same life. */
function forgetOld(known: Map<string, number>, now: number): void {
  let looked = 0;
  for (const [identifier, until] of known) {
    if (now < until || looked++ === FEW) return;
    known.delete(identifier);
  }
}
