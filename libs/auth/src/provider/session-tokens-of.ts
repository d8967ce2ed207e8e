import type { SessionTokens } from '../session/session.ts';
import type { IssuedToken } from './provider.ts';

/** An answer of the token endpoint (RFC 6749 5.1), checked by openid-client. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_in?: number;
  readonly scope?: string;
  readonly [further: string]: unknown;
}

/** What is assumed when a provider does not say how long an access token lives: it is fetched anew rather too often. */
const UNSAID_LIFE = 60;

/**
 * The tokens of a login, dated.
 *
 * @param now milliseconds since 1970
 * @param before what stays in force where the answer to a refresh says nothing: the refresh token and the ID token
 */
export function sessionTokensOf(answer: TokenAnswer, now: number, before?: SessionTokens): SessionTokens {
  const life = refreshTokenLife(answer);
  const isNew = answer.refresh_token !== undefined;
  return Object.freeze({
    accessToken: answer.access_token,
    accessTokenExpiresAt: issuedTokenOf(answer, now).expiresAt,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    refreshTokenExpiresAt: life === undefined && !isNew ? before?.refreshTokenExpiresAt : life && now + life * 1000,
    idToken: answer.id_token ?? before?.idToken ?? '',
  });
}

/** An access token alone, dated. */
export function issuedTokenOf(answer: TokenAnswer, now: number): IssuedToken {
  return { accessToken: answer.access_token, expiresAt: now + (answer.expires_in ?? UNSAID_LIFE) * 1000 };
}

/** Seconds; there is no standard for it: Keycloak says `refresh_expires_in` (0 is forever), others `refresh_token_expires_in`. */
function refreshTokenLife(answer: TokenAnswer): number | undefined {
  const life = answer.refresh_expires_in ?? answer.refresh_token_expires_in;
  return typeof life === 'number' && life > 0 && Number.isFinite(life) ? life : undefined;
}
