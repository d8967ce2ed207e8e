import { randomBytes } from 'node:crypto';
import { BffError, type Clock, systemClock } from '@portico/core';
import type { KeySet } from '../provider/key-set.ts';
import type { Provider } from '../provider/provider.ts';
import { Challenges, type DpopMode, type TokenScheme } from './challenges.ts';
import { fieldValues, parseAuthorization, type TokenCredentials, type TokenRequest } from './credentials.ts';
import type { AccessTokenRules } from './jwt-tokens.ts';
import { ProofNonces } from './proof-nonces.ts';
import { Proofs } from './proofs.ts';
import { rememberInMemory, type UseOnce } from './replay-memory.ts';
import { TokenChecks, type VerifiedToken } from './token-checks.ts';
import { TokenRefused } from './token-refused.ts';

export type { VerifiedToken } from './token-checks.ts';

/** What the bearer door takes, and whom it asks. */
export interface BearerOptions extends AccessTokenRules {
  /** Name of the BFF: the realm of its challenges. */
  readonly realm: string;
  /** Origin of the BFF as clients see it. */
  readonly publicUrl: string;
  /** See `rolesOf`. */
  readonly rolesClaim: string;
  /** `both`: what has the form of a JWT is one, the rest is introspected. */
  readonly tokenFormat: 'jwt' | 'opaque' | 'both';
  /** See `JwtTokensOptions`. */
  readonly tokenType?: 'at+jwt' | 'jwt';
  readonly dpop: DpopMode;
  readonly keys: Pick<KeySet, 'get'>;
  readonly provider: Pick<Provider, 'introspect'>;
  /** Remembers proofs. Default in the memory of this process. */
  readonly useOnce?: UseOnce | undefined;
  /** Keys of 32 random bytes for the nonces of proofs, see `ProofNonces`. Default a random one. */
  readonly nonceKeys?: readonly Uint8Array[] | undefined;
  /** Default the machine's clock. */
  readonly clock?: Clock | undefined;
}

/**
 * Access tokens in `Authorization` (RFC 6750, RFC 9449), and nowhere else. What it refuses is a BffError `token-invalid` that
 * carries `www-authenticate`, and `dpop-nonce` when a proof was wrong.
 */
export class BearerVerifier {
  /** The challenges of this door, for those who refuse later: no token, too few scopes, step-up. */
  readonly challenges: Challenges;
  private readonly dpop: DpopMode;
  private readonly checks: TokenChecks;
  private readonly nonces: ProofNonces;
  private readonly proofs: Proofs;

  constructor(options: BearerOptions) {
    const clock = options.clock ?? systemClock;
    this.dpop = options.dpop;
    this.challenges = new Challenges(options.realm, options.dpop);
    this.checks = new TokenChecks({ ...options, clock });
    this.nonces = new ProofNonces(options.nonceKeys ?? [randomBytes(32)], clock);
    const useOnce = options.useOnce ?? rememberInMemory(clock);
    this.proofs = new Proofs({ ...options, nonces: this.nonces, useOnce, clock });
  }

  /**
   * What is known of a request's token without waiting: the token, `anonymous` when there is none, `unknown` when `verify` has
   * to be asked. One with a proof is never known, for every proof is another one.
   *
   * @param address of the client: unknown tokens of one network wait behind each other. Default: of all without one together
   * @throws BffError `token-invalid` when the field is malformed, there are two, or the token was refused a moment ago;
   * `too-many-requests` when it is unknown and too many of its network are being checked
   */
  recall(request: TokenRequest, address = ''): VerifiedToken | 'anonymous' | 'unknown' {
    try {
      const value = authorizationOf(request);
      if (value === undefined) return 'anonymous';
      const known = this.checks.recall(value);
      if (known !== undefined && known.thumbprint === undefined) return known;
      if (this.credentialsOf(value) === undefined) return 'anonymous';
      if (known === undefined) this.checks.admit(value, address);
      return 'unknown';
    } catch (error) {
      throw this.answerTo(error, undefined);
    }
  }

  /**
   * Checks a request's token, and its proof.
   *
   * @param replyHeaders gets the next nonce for proofs, as `RequestContext.replyHeaders`
   * @param address as for `recall`
   * @throws BffError `unauthenticated` when there is no token, `token-invalid`, `identity-provider-unavailable`,
   * `too-many-requests` when too many unknown tokens are shown, and what `useOnce` rejects with
   */
  async verify(request: TokenRequest, replyHeaders: string[], address = ''): Promise<VerifiedToken> {
    let scheme: TokenScheme | undefined;
    try {
      const value = authorizationOf(request) ?? '';
      const credentials = this.credentialsOf(value);
      if (credentials === undefined) throw this.anonymous();
      scheme = credentials.scheme;
      let token = this.checks.recall(value);
      if (token === undefined) {
        this.checks.admit(value, address);
        token = await this.checks.check(value, credentials, address);
      }
      if (token.thumbprint !== undefined) {
        await this.proofs.check(request, token.accessToken, token.thumbprint);
        replyHeaders.push('dpop-nonce', this.nonces.current());
      }
      return token;
    } catch (error) {
      throw this.answerTo(error, scheme);
    }
  }

  /** The refusal of a request without a token. */
  anonymous(): BffError {
    return new BffError('unauthenticated', { headers: { 'www-authenticate': this.challenges.value() } });
  }

  /** Undefined when the scheme is not one of this door's: then there is no token. */
  private credentialsOf(value: string): TokenCredentials | undefined {
    const credentials = parseAuthorization(value);
    if (credentials?.scheme === 'DPoP' && this.dpop === 'off') return undefined;
    if (credentials?.scheme === 'Bearer' && this.dpop === 'required') {
      throw new TokenRefused('tokens must be bound to a key and come with a proof');
    }
    return credentials;
  }

  private answerTo(error: unknown, scheme: TokenScheme | undefined): unknown {
    if (!(error instanceof TokenRefused)) return error;
    const { code, message: detail } = error;
    const challenge = this.challenges.value({ code, description: detail }, scheme);
    const needsNonce = code === 'use_dpop_nonce' || code === 'invalid_dpop_proof';
    return new BffError('token-invalid', {
      detail,
      ...(error.cause !== undefined && { cause: error.cause }),
      headers: { 'www-authenticate': challenge, ...(needsNonce && { 'dpop-nonce': this.nonces.current() }) },
    });
  }
}

/** The one field of a request. @throws TokenRefused when there are more */
function authorizationOf(request: TokenRequest): string | undefined {
  const values = fieldValues(request, 'authorization');
  if (values.length > 1) throw new TokenRefused('there is more than one field Authorization', 'invalid_request');
  return values[0];
}
