import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@portico/core';

/** Milliseconds after which there is another nonce; it is accepted for as long again. */
const PERIOD = 150_000;

/**
 * Nonces for DPoP proofs (RFC 9449 9): a proof that was made ahead of time is worth nothing. They are made of the time and a
 * key, so that nothing is stored; replicas with the same key accept each other's.
 */
export class ProofNonces {
  /** @param keys 32 random bytes each: the first makes nonces, all accept them, so that replicas may change keys one after the other */
  constructor(
    private readonly keys: readonly Uint8Array[],
    private readonly clock: Clock,
  ) {}

  /** The nonce of now. */
  current(): string {
    return nonceOf(this.keys[0]!, this.period());
  }

  accepts(nonce: unknown): boolean {
    if (typeof nonce !== 'string') return false;
    const period = this.period();
    return this.keys.some((key) => isSame(nonce, nonceOf(key, period)) || isSame(nonce, nonceOf(key, period - 1)));
  }

  private period(): number {
    return Math.floor(this.clock.epoch() / PERIOD);
  }
}

function nonceOf(key: Uint8Array, period: number): string {
  return createHmac('sha256', key).update(`portico dpop nonce ${period}`).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
