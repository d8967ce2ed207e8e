import { Injectable, Logger } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { IssuerKeys } from './issuer-keys.ts';

/** Whom a token must be for. */
const AUDIENCE = 'ordering';

/** Asymmetric ones only: a key that checks tokens must not be able to make them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds by which the clocks of this service and of the identity provider may differ. */
const CLOCK_SKEW = 5;

/** Longest `sub` (OpenID Connect Core 1.0, section 2); it is text without control characters. */
const subjectSchema = z.string().regex(/^[^\p{Cc}]{1,255}$/u);

/** What jose throws for a token that is not to be believed; anything else means that it could not be checked. */
const REFUSALS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
];

/** Checks access tokens (RFC 9068) that were issued for this service by `IDENTITY_ISSUER`. */
@Injectable()
export class AccessTokens {
  readonly #logger = new Logger('AccessTokens');
  readonly #issuer: string;
  readonly #keys: IssuerKeys;

  constructor(private readonly settings: ServiceSettings) {
    const { IDENTITY_ISSUER } = settings.read({ IDENTITY_ISSUER: z.url().default('http://127.0.0.1:4000') });
    this.#issuer = IDENTITY_ISSUER;
    this.#keys = new IssuerKeys(IDENTITY_ISSUER);
  }

  /**
   * Who calls: the `sub` of the token.
   *
   * @param authorization the header field, `Bearer ...`
   * @throws Problem 401 without a token or with one that is not to be believed (RFC 6750, section 3), 503 while its issuer cannot be asked
   */
  async customerOf(authorization: string | undefined): Promise<string> {
    if (authorization === undefined) throw unauthorized('This needs an access token.');
    const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]{1,16384})$/i.exec(authorization) ?? [];
    if (token === undefined) throw unauthorized('The access token is malformed.', 'invalid_token');
    const subject = subjectSchema.safeParse(await this.#subjectOf(token));
    if (!subject.success) throw unauthorized('The access token names nobody.', 'invalid_token');
    return subject.data;
  }

  async #subjectOf(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.find, {
        issuer: this.#issuer,
        audience: AUDIENCE,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: CLOCK_SKEW,
        currentDate: new Date(this.settings.clock.epoch()),
      });
      return payload.sub;
    } catch (error) {
      if (REFUSALS.some((refusal) => error instanceof refusal)) {
        throw unauthorized('The access token is not valid here.', 'invalid_token');
      }
      this.#logger.warn(`keys of the identity provider: ${error instanceof Error ? error.message : 'unknown error'}`);
      const detail = 'The identity provider cannot be asked right now.';
      throw new Problem(503, detail, undefined, { 'retry-after': '5' });
    }
  }
}

function unauthorized(detail: string, error?: 'invalid_token'): Problem {
  const challenge = `Bearer realm="${AUDIENCE}"${error === undefined ? '' : `, error="${error}"`}`;
  return new Problem(401, detail, undefined, { 'www-authenticate': challenge });
}
