import { BffError, type Clock } from '@portico/core';
import type { Claims } from '../provider/claims.ts';
import type { Introspection, Provider } from '../provider/provider.ts';
import { checkAccessTokenClaims } from './access-token-claims.ts';
import type { AccessTokenRules } from './jwt-tokens.ts';
import { TokenRefused } from './token-refused.ts';
import { TOO_MANY_TOKENS } from './verification-places.ts';

/** How tokens are checked that only the provider can read. */
export interface IntrospectedTokensOptions extends AccessTokenRules {
  readonly provider: Pick<Provider, 'introspect'>;
  readonly clock: Clock;
}

/** Kinds of access tokens by `token_type`. */
const TYPES = ['bearer', 'dpop'];

/**
 * Tokens that the provider is asked about at the same time, those that were good before apart from those that nobody has seen: made-up
 * ones take the places of no user. More of a kind get no answer just then.
 */
const MOST_UNDER_WAY = 100;
/** As many of those that nobody has seen may be of one network. */
const MOST_OF_NETWORK = 25;

/** Access tokens that the provider is asked about (RFC 7662). */
export class IntrospectedTokens {
  private seenUnderWay = 0;
  private unseenUnderWay = 0;
  /** Those that nobody has seen, by network. */
  private readonly ofNetworks = new Map<string, number>();

  constructor(private readonly options: IntrospectedTokensOptions) {}

  /** Whether one more token of a network that nobody has seen would be refused. */
  isFull(network: string): boolean {
    return (this.ofNetworks.get(network) ?? 0) >= MOST_OF_NETWORK;
  }

  /**
   * What the provider says of a token, after all checks but that of a proof of possession.
   *
   * @param network of the client, see `clientNetwork`
   * @param wasGood whether the token was good before
   * @throws TokenRefused
   * @throws BffError `identity-provider-unavailable`; `too-many-requests` when too many unknown tokens are asked about, of
   * the network or of all
   */
  async check(token: string, network: string, wasGood = false): Promise<Claims> {
    const answer = await (wasGood ? this.askAgain(token) : this.askFirst(token, network));
    if (answer === undefined) throw refused('the token is not active');
    // A refresh token is active too; providers tell it from an access token by this only.
    const { token_type: type } = answer;
    if (typeof type !== 'string' || !TYPES.includes(type.toLowerCase()))
      throw refused('the token is not an access token');
    this.checkTimes(answer);
    checkAccessTokenClaims(answer, this.options);
    return { ...answer, iss: this.options.issuer };
  }

  private async askAgain(token: string): Promise<Introspection> {
    if (this.seenUnderWay >= MOST_UNDER_WAY) throw tooMany();
    this.seenUnderWay++;
    try {
      return await this.options.provider.introspect(token);
    } finally {
      this.seenUnderWay--;
    }
  }

  private async askFirst(token: string, network: string): Promise<Introspection> {
    if (this.isFull(network) || this.unseenUnderWay >= MOST_UNDER_WAY) throw TOO_MANY_TOKENS;
    this.unseenUnderWay++;
    this.ofNetworks.set(network, (this.ofNetworks.get(network) ?? 0) + 1);
    try {
      return await this.options.provider.introspect(token);
    } finally {
      this.unseenUnderWay--;
      const left = this.ofNetworks.get(network)! - 1;
      if (left === 0) this.ofNetworks.delete(network);
      else this.ofNetworks.set(network, left);
    }
  }

  private checkTimes({ exp, nbf, iat }: Claims): void {
    const now = this.options.clock.epoch() / 1000;
    const { clockSkew } = this.options;
    if (exp !== undefined && !(typeof exp === 'number' && exp + clockSkew > now))
      throw refused('the token has expired');
    for (const since of [nbf, iat]) {
      const isPast = since === undefined || (typeof since === 'number' && since - clockSkew <= now);
      if (!isPast) throw new TokenRefused('the token is from the future');
    }
  }
}

function tooMany(): BffError {
  const detail = 'The identity provider is asked about too many tokens at the same time.';
  return new BffError('identity-provider-unavailable', { detail });
}

function refused(message: string): TokenRefused {
  return new TokenRefused(message, 'invalid_token', true);
}
