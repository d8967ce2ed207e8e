import type { Clock, Principal } from '@portico/core';
import { clientNetwork } from '@portico/net';
import { type Claims, principalOf } from '../provider/claims.ts';
import { thumbprintOf } from './access-token-claims.ts';
import type { DpopMode } from './challenges.ts';
import type { TokenCredentials } from './credentials.ts';
import { IntrospectedTokens, type IntrospectedTokensOptions } from './introspected-tokens.ts';
import { JwtTokens, type JwtTokensOptions } from './jwt-tokens.ts';
import { TokenMemory } from './token-memory.ts';
import { TokenRefused } from './token-refused.ts';
import { TOO_MANY_TOKENS } from './verification-places.ts';

/** A token that has passed all checks, with whom it speaks of. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** It is bound to the client's key (DPoP): nobody else can use it. */
  readonly isBound: boolean;
  /** Of that key (RFC 7638). */
  readonly thumbprint: string | undefined;
}

/** How tokens are checked. */
export interface TokenChecksOptions extends JwtTokensOptions, IntrospectedTokensOptions {
  /** See `rolesOf`. */
  readonly rolesClaim: string;
  /** `both`: what has the form of a JWT is one, the rest is introspected. */
  readonly tokenFormat: 'jwt' | 'opaque' | 'both';
  readonly dpop: DpopMode;
  readonly clock: Clock;
}

const KNOWN_BOUNDS = { entries: 20_000, bytes: 64 * 1024 * 1024 };
/** More than are known: one that had to make room for others is still told from a made-up one. */
const SEEN_BOUNDS = { entries: 100_000, bytes: 64 * 1024 * 1024 };
const REFUSED_BOUNDS = { entries: 2_000, bytes: 4 * 1024 * 1024 };
/** Milliseconds: a key that the provider takes back loses its tokens within this time. */
const MOST_KNOWN = 600_000;
/** Milliseconds: a token that the provider ends is accepted for this long. */
const MOST_INTROSPECTED = 30_000;
/** Milliseconds that a token is known to have been good once. */
const MOST_SEEN = 3_600_000;
/** Milliseconds that a bad token is known, so that showing it again and again costs no check of a signature. */
const MOST_REFUSED = 10_000;
/** A principal in memory takes about this many bytes for each character of its claims as JSON, and some at any rate. */
const BYTES_PER_CHARACTER = 4;
const BYTES_OF_PRINCIPAL = 1024;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Checks each token once and remembers what came out, by the whole value of `Authorization`. */
export class TokenChecks {
  private readonly jwts: JwtTokens;
  private readonly introspected: IntrospectedTokens;
  private readonly known = new TokenMemory<VerifiedToken>(KNOWN_BOUNDS);
  /** Tokens that were good once: when they have to be checked again they wait behind no made-up one. */
  private readonly seen = new TokenMemory<true>(SEEN_BOUNDS);
  private readonly refused = new TokenMemory<TokenRefused>(REFUSED_BOUNDS);
  /** Under way; never more than requests. */
  private readonly pending = new Map<string, Promise<VerifiedToken>>();

  constructor(private readonly options: TokenChecksOptions) {
    this.jwts = new JwtTokens(options);
    this.introspected = new IntrospectedTokens(options);
  }

  /**
   * The token of a value that was seen before and is good, undefined when nothing is known of it.
   *
   * @throws TokenRefused when it was bad
   */
  recall(value: string): VerifiedToken | undefined {
    const now = this.options.clock.epoch();
    const token = this.known.get(value, now);
    if (token !== undefined) return token;
    const refused = this.refused.get(value, now);
    if (refused !== undefined) throw refused;
    return undefined;
  }

  /**
   * Refuses the token of a value of which nothing is known when too many of its network are being checked.
   *
   * @param address of the client: unknown tokens of one network (`clientNetwork`) wait behind each other
   * @throws BffError `too-many-requests`
   */
  admit(value: string, address: string): void {
    const isKept = this.pending.has(value) || this.seen.get(value, this.options.clock.epoch()) === true;
    if (!isKept && this.isFull(clientNetwork(address))) throw TOO_MANY_TOKENS;
  }

  /** For tokens of mixed formats: each kind has places of its own. */
  private isFull(network: string): boolean {
    const { tokenFormat } = this.options;
    return (
      (tokenFormat === 'opaque' || this.jwts.isFull(network)) &&
      (tokenFormat === 'jwt' || this.introspected.isFull(network))
    );
  }

  /**
   * Checks the token of a value, once for all requests that wait for it.
   *
   * @param address of the client: unknown tokens of one network (`clientNetwork`) wait behind each other
   * @throws TokenRefused
   * @throws BffError `identity-provider-unavailable`; `too-many-requests` when too many tokens are being checked
   */
  check(value: string, credentials: TokenCredentials, address: string): Promise<VerifiedToken> {
    const pending = this.pending.get(value) ?? this.checkOnce(value, credentials, clientNetwork(address));
    this.pending.set(value, pending);
    return pending;
  }

  private async checkOnce(value: string, credentials: TokenCredentials, network: string): Promise<VerifiedToken> {
    try {
      const isJwt =
        this.options.tokenFormat === 'jwt' || (this.options.tokenFormat === 'both' && JWT.test(credentials.token));
      const { token } = credentials;
      const wasGood = this.seen.get(value, this.options.clock.epoch());
      const claims = await (isJwt ? this.jwts : this.introspected).check(token, network, wasGood);
      this.seen.set(value, true, this.options.clock.epoch() + MOST_SEEN, 0);
      this.checkBinding(credentials, claims);
      return this.remember(value, token, claims, isJwt ? MOST_KNOWN : MOST_INTROSPECTED);
    } catch (error) {
      if (error instanceof TokenRefused && error.isFinal) {
        this.refused.set(value, error, this.options.clock.epoch() + MOST_REFUSED, BYTES_OF_PRINCIPAL);
      }
      throw error;
    } finally {
      this.pending.delete(value);
    }
  }

  /** A bound token counts with a proof only, and a proof with a bound token only (RFC 9449 7.1 and 7.2). */
  private checkBinding({ scheme }: TokenCredentials, claims: Claims): void {
    const isBound = thumbprintOf(claims) !== undefined;
    if (isBound && scheme === 'Bearer') throw refused('the token is bound to a key and needs a proof');
    if (!isBound && scheme === 'DPoP') throw refused('the token is not bound to a key');
  }

  private remember(value: string, accessToken: string, claims: Claims, longest: number): VerifiedToken {
    const now = this.options.clock.epoch();
    const end = typeof claims.exp === 'number' ? claims.exp * 1000 : now + longest;
    const principal = principalOf(claims, 'bearer', this.options.rolesClaim);
    const thumbprint = thumbprintOf(claims);
    const isBound = thumbprint !== undefined;
    const token = Object.freeze({ principal, accessToken, expiresAt: end, isBound, thumbprint });
    const bytes = BYTES_OF_PRINCIPAL + BYTES_PER_CHARACTER * JSON.stringify(claims).length;
    this.known.set(value, token, Math.min(end + this.options.clockSkew * 1000, now + longest), bytes);
    return token;
  }
}

function refused(message: string): TokenRefused {
  return new TokenRefused(message, 'invalid_token', true);
}
