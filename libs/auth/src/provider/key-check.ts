import { BffError } from '@portico/core';
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { isProviderFault, unavailable, withoutSecrets } from './provider-error.ts';

/** Signatures that a key set can vouch for: never a shared secret, which for HS256 could be a public key, never `none` (RFC 8725 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** What a token of the provider is checked for beside its signature. */
export type Checks = Pick<
  JWTVerifyOptions,
  'issuer' | 'audience' | 'clockTolerance' | 'maxTokenAge' | 'requiredClaims'
>;

/** A token whose signature and claims hold. */
export interface CheckedToken {
  readonly payload: JWTPayload;
  /** `typ` of the header, as RFC 7515 4.1.9 compares it: without `application/`, in lower case. */
  readonly type: string | undefined;
}

/**
 * Checks the signature of a token by the provider's keys, and its claims.
 *
 * @throws BffError `token-invalid`; `identity-provider-unavailable` when the keys cannot be had
 */
export async function checkToken(token: string, keys: JWTVerifyGetKey, checks: Checks): Promise<CheckedToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { ...checks, algorithms: ALGORITHMS });
    return { payload, type: protectedHeader.typ?.toLowerCase().replace(/^application\//, '') };
  } catch (error) {
    if (error instanceof BffError) throw error;
    throw isProviderFault(error)
      ? unavailable(error, 'keys')
      : new BffError('token-invalid', { cause: withoutSecrets(error) });
  }
}

/**
 * Whether a token could not be judged, because there is no key for it just now: the keys cannot be had, or the provider has
 * changed them a moment ago.
 */
export function isUnjudged(error: unknown): error is BffError {
  if (!(error instanceof BffError)) return false;
  const cause = error.cause as { code?: unknown } | undefined;
  return error.code === 'identity-provider-unavailable' || cause?.code === 'ERR_JWKS_NO_MATCHING_KEY';
}
