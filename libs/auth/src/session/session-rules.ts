import { BffError } from '@portico/core';
import type { SessionTokens } from './session.ts';
import { digest } from './session-secret.ts';

/**
 * The answer of a store; every failure is `sessions-unavailable`, so that none is ever taken for "no session". One that the store has
 * put into words is passed on.
 */
export async function askStore<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof BffError && cause.code === 'sessions-unavailable') throw cause;
    throw new BffError('sessions-unavailable', { cause });
  }
}

/** The absolute end of a session with these tokens, milliseconds since 1970. Without a refresh token it is the access token's. */
export function endOf(latest: number, tokens: SessionTokens): number {
  const { refreshToken, refreshTokenExpiresAt = Infinity, accessTokenExpiresAt } = tokens;
  return Math.min(latest, refreshToken === undefined ? accessTokenExpiresAt : refreshTokenExpiresAt);
}

/** Names a login at the provider in the store. `sid` alone is unique per issuer only. */
export function loginDigest(issuer: string, sid: string): string {
  return digest(`${issuer} ${sid}`);
}
