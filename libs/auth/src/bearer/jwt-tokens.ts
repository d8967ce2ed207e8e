import { BffError, type Clock } from '@portico/core';
import { type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import type { Claims } from '../provider/claims.ts';
import type { KeySet } from '../provider/key-set.ts';
import { checkAccessTokenClaims, namesAudience } from './access-token-claims.ts';
import { TokenRefused } from './token-refused.ts';
import { VerificationPlaces } from './verification-places.ts';

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
  /** Where signatures are checked. Default places of their own. */
  readonly places?: VerificationPlaces;
  readonly clock: Clock;
}

/** Signature algorithms of access tokens: asymmetric ones only (RFC 8725 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat'];

/** What jose found, in words for the client. Reasons that time or the provider can change are not final. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with an algorithm that is accepted here',
  ERR_JWS_INVALID: 'the token is not a JWT',
  ERR_JWT_INVALID: 'the token is not a JWT',
};

/** Access tokens that are signed JWTs, checked as RFC 9068 4 and RFC 8725 say. */
export class JwtTokens {
  private readonly places: VerificationPlaces;

  constructor(private readonly options: JwtTokensOptions) {
    this.places = options.places ?? new VerificationPlaces();
  }

  /** Whether one more token of a network would be refused. */
  isFull(network: string): boolean {
    return this.places.isFull(network);
  }

  /**
   * The claims of a token, after all checks but that of a proof of possession.
   *
   * @param network of the client, see `clientNetwork`
   * @param wasGood whether the token was good before
   * @throws TokenRefused
   * @throws BffError `identity-provider-unavailable`; `too-many-requests` when too many tokens are being checked
   */
  async check(token: string, network: string, wasGood = false): Promise<Claims> {
    const { issuer, audience, clockSkew, clock } = this.options;
    const payload = await this.verify(token, network, wasGood);
    if ((payload.iat as number) * 1000 > clock.epoch() + clockSkew * 1000) {
      throw new TokenRefused('the token is from the future');
    }
    checkAccessTokenClaims(payload, { issuer, audience });
    if (typeof payload.client_id !== 'string' && typeof payload.azp !== 'string') {
      throw new TokenRefused('the token names no client', 'invalid_token', true);
    }
    return payload;
  }

  private async verify(token: string, network: string, wasGood: boolean): Promise<JWTPayload> {
    const { issuer, audience, clockSkew, clock, keys } = this.options;
    let hasPlace = false;
    let isGood = false;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        async (header, jws) => {
          this.checkHeader(header);
          this.checkUnverified(jws.payload as string);
          const key = await keys.get(header, jws);
          // Not before: whoever waits for the provider's keys must not be in the way of those whose keys are there.
          await this.places.enter(network, wasGood);
          hasPlace = true;
          return key;
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
      isGood = true;
      return payload;
    } catch (error) {
      if (error instanceof BffError || error instanceof TokenRefused) throw error;
      throw refusalOf(error);
    } finally {
      if (hasPlace) this.places.leave(network, isGood);
    }
  }

  /**
   * What the claims say before anybody knows who has written them: most made-up tokens and all old ones cost no check of a
   * signature. A wrong `iss` or `aud` is answered in the words for a wrong signature, so that nobody can try which ones are right.
   */
  private checkUnverified(encoded: string): void {
    const { issuer, audience, clockSkew, clock } = this.options;
    const { iss, aud, exp } = claimsOf(encoded);
    if (iss !== issuer) throw notForThis('iss is not OIDC_ISSUER');
    if (!namesAudience(aud, audience)) throw notForThis('aud does not name TOKEN_AUDIENCE');
    if (typeof exp === 'number' && exp + clockSkew <= Math.floor(clock.epoch() / 1000)) {
      throw new TokenRefused('the token has expired', 'invalid_token', true);
    }
  }

  /** Before a key is looked for: what needs no signature to be refused. */
  private checkHeader(header: JWTHeaderParameters): void {
    const type = typeOf(header);
    if (type !== 'at+jwt' && (type !== 'jwt' || this.options.tokenType !== 'jwt')) throw notAnAccessToken();
    if (header.crit !== undefined) throw new TokenRefused('the token asks for an extension', 'invalid_token', true);
  }
}

/** @throws TokenRefused when they are no JSON object */
function claimsOf(encoded: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch {
    // Told below.
  }
  throw new TokenRefused('the token is not a JWT', 'invalid_token', true);
}

/** @param cause what is wrong, for the log */
function notForThis(cause: string): TokenRefused {
  const message = 'the token is not one that its issuer has signed for this API';
  return new TokenRefused(message, 'invalid_token', true, new Error(cause));
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
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') return notForThis('the signature is wrong');
  const reason = REASONS[code];
  return new TokenRefused(reason ?? 'the key of the token is not known', 'invalid_token', reason !== undefined);
}
