import { BffError, type Clock } from '@portico/core';
import { type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import type { Claims } from '../provider/claims.ts';
import type { KeySet } from '../provider/key-set.ts';
import { checkAccessTokenClaims } from './access-token-claims.ts';
import { TokenRefused } from './token-refused.ts';

/** What an access token must be like. */
export interface AccessTokenRules {
  /** `iss`, character by character. */
  readonly issuer: string;
  /** What `aud` must name, possibly among others. */
  readonly audience: string;
  /** Seconds that the issuer's clock may be off. */
  readonly clockSkew: number;
}

/** How tokens that are JWTs are checked. */
export interface JwtTokensOptions extends AccessTokenRules {
  readonly keys: Pick<KeySet, 'get'>;
  /**
   * `typ` of access tokens: `at+jwt` (RFC 9068 2.1), or `jwt` too for issuers that do not mark them; see `looksLikeAccessToken` for
   * how these are told from ID tokens. Default `at+jwt`.
   */
  readonly tokenType?: 'at+jwt' | 'jwt';
  readonly clock: Clock;
}

/** Signature algorithms of access tokens: asymmetric ones only (RFC 8725 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat'];

/** What jose found, in words for the client. Reasons that time or the provider can change are not final. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature of the token is wrong',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with an algorithm that is accepted here',
  ERR_JWS_INVALID: 'the token is not a JWT',
  ERR_JWT_INVALID: 'the token is not a JWT',
};

/** Access tokens that are signed JWTs, checked as RFC 9068 4 and RFC 8725 say. */
export class JwtTokens {
  constructor(private readonly options: JwtTokensOptions) {}

  /**
   * The claims of a token, after all checks but that of a proof of possession.
   *
   * @throws TokenRefused
   * @throws BffError `identity-provider-unavailable`
   */
  async check(token: string): Promise<Claims> {
    const { issuer, audience, clockSkew, clock } = this.options;
    const payload = await this.verify(token);
    if ((payload.iat as number) * 1000 > clock.epoch() + clockSkew * 1000) {
      throw new TokenRefused('the token is from the future');
    }
    checkAccessTokenClaims(payload, { issuer, audience });
    if (typeof payload.client_id !== 'string' && typeof payload.azp !== 'string') {
      throw new TokenRefused('the token names no client', 'invalid_token', true);
    }
    return payload;
  }

  private async verify(token: string): Promise<JWTPayload> {
    const { issuer, audience, clockSkew, clock, keys } = this.options;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        (header, jws) => {
          this.checkHeader(header);
          return keys.get(header, jws);
        },
        {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          clockTolerance: clockSkew,
          currentDate: new Date(clock.epoch()),
          requiredClaims: REQUIRED,
        },
      );
      if (typeOf(protectedHeader) !== 'at+jwt' && !looksLikeAccessToken(payload)) throw notAnAccessToken();
      return payload;
    } catch (error) {
      if (error instanceof BffError || error instanceof TokenRefused) throw error;
      throw refusalOf(error);
    }
  }

  /** Before a key is looked for: what needs no signature to be refused. */
  private checkHeader(header: JWTHeaderParameters): void {
    const type = typeOf(header);
    if (type !== 'at+jwt' && (type !== 'jwt' || this.options.tokenType !== 'jwt')) throw notAnAccessToken();
    if (header.crit !== undefined) throw new TokenRefused('the token asks for an extension', 'invalid_token', true);
  }
}

/** `typ` as RFC 7515 4.1.9 compares it. */
function typeOf({ typ }: { readonly typ?: unknown }): string | undefined {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}

/** What ID tokens and logout tokens have and access tokens have not. */
const OF_OTHER_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Whether a token with `typ: JWT` is an access token: it has `scope`, as access tokens of such issuers do and ID tokens do not;
 * it has nothing of an ID token or a logout token (`nonce`, `at_hash`, `c_hash`, `s_hash`, `events`); and a claim `typ`, by which
 * Keycloak tells its tokens apart (`ID`, `Logout`, `Refresh`), says `Bearer` if there is one. Beside that `aud` must name the
 * API, where ID tokens name the client.
 */
function looksLikeAccessToken(claims: Claims): boolean {
  if (typeof claims.scope !== 'string') return false;
  if (OF_OTHER_TOKENS.some((name) => claims[name] !== undefined)) return false;
  return claims.typ === undefined || claims.typ === 'Bearer';
}

function notAnAccessToken(): TokenRefused {
  return new TokenRefused('the token is not an access token', 'invalid_token', true);
}

/** Errors of jose hold claims: nothing of them goes on but these words. */
function refusalOf(error: unknown): TokenRefused {
  const { code = '', claim } = error as { code?: string; claim?: string };
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    return new TokenRefused(`the claim ${claim} of the token is not right`, 'invalid_token', claim !== 'nbf');
  }
  const reason = REASONS[code];
  return new TokenRefused(reason ?? 'the key of the token is not known', 'invalid_token', reason !== undefined);
}
