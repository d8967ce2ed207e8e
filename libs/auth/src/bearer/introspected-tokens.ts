import { BffError, type Clock } from '@portico/core';
import type { Claims } from '../provider/claims.ts';
import type { Introspection, Provider } from '../provider/provider.ts';
import { checkAccessTokenClaims } from './access-token-claims.ts';
import type { AccessTokenRules } from './jwt-tokens.ts';
import { TokenRefused } from './token-refused.ts';

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

/** Access tokens that the provider is asked about (RFC 7662). */
export class IntrospectedTokens {
  private readonly underWay = { seen: 0, unseen: 0 };

  constructor(private readonly options: IntrospectedTokensOptions) {}

  /**
   * What the provider says of a token, after all checks but that of a proof of possession.
   *
   * @param wasGood whether the token was good before
   * @throws TokenRefused
   * @throws BffError `identity-provider-unavailable`
   */
  async check(token: string, wasGood = false): Promise<Claims> {
    const answer = await this.ask(token, wasGood ? 'seen' : 'unseen');
    if (answer === undefined) throw refused('the token is not active');
    // A refresh token is active too; providers tell it from an access token by this only.
    const { token_type: type } = answer;
    if (typeof type !== 'string' || !TYPES.includes(type.toLowerCase()))
      throw refused('the token is not an access token');
    this.checkTimes(answer);
    checkAccessTokenClaims(answer, this.options);
    return { ...answer, iss: this.options.issuer };
  }

  private async ask(token: string, kind: 'seen' | 'unseen'): Promise<Introspection> {
    if (this.underWay[kind] >= MOST_UNDER_WAY) {
      const detail = 'The identity provider is asked about too many tokens at the same time.';
      throw new BffError('identity-provider-unavailable', { detail });
    }
    this.underWay[kind]++;
    try {
      return await this.options.provider.introspect(token);
    } finally {
      this.underWay[kind]--;
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

function refused(message: string): TokenRefused {
  return new TokenRefused(message, 'invalid_token', true);
}
