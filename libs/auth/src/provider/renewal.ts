import type { Principal } from '@portico/core';
import { decodeJwt } from 'jose';
import type { Session } from '../session/session.ts';
import type { Renewal } from '../session/sessions.ts';
import { ProviderFault } from './bounded-fetch.ts';
import type { IdTokenClaims } from './claims.ts';
import { isUnjudged } from './key-check.ts';
import { unavailable } from './provider-error.ts';
import { sessionTokensOf, type TokenAnswer } from './session-tokens-of.ts';

/** What a renewal is made of beside the provider's answer. */
export interface RenewalTerms {
  /** Milliseconds since 1970. */
  readonly now: number;
  checkSignature(idToken: string): Promise<void>;
  principalOf(claims: IdTokenClaims, scope: string): Principal;
}

/**
 * What a refresh has brought. The user is as the new ID token says; the old description stays when there is none, or when
 * there is no key to check it just now: to throw away the refresh token that came along would end the session, and
 * the answer did come from the provider itself (OpenID Connect Core 3.1.3.7, point 6).
 *
 * @throws BffError `identity-provider-unavailable` when the ID token is forged or that of another login
 */
export async function renewalOf(
  answer: TokenAnswer,
  claims: IdTokenClaims | undefined,
  session: Session,
  terms: RenewalTerms,
): Promise<Renewal> {
  const tokens = sessionTokensOf(answer, terms.now, session.tokens);
  const scope = answer.scope ?? [...session.principal.scopes].join(' ');
  if (claims === undefined || answer.id_token === undefined) return { principal: session.principal, tokens };
  if (!isOfSameLogin(claims, session))
    throw unavailable(new ProviderFault('it refreshed a login with that of another'));
  try {
    await terms.checkSignature(answer.id_token);
  } catch (error) {
    if (!isUnjudged(error)) throw unavailable(error);
    return { principal: session.principal, tokens };
  }
  return { principal: stillLoggedIn(terms.principalOf(claims, scope), session.principal), tokens };
}

/** A refresh is no login: where its ID token does not say how and when that was (Core 12.2 leaves it open), it is as it was. */
function stillLoggedIn(now: Principal, { acr, authTime }: Principal): Principal {
  return Object.freeze({ ...now, acr: now.acr ?? acr, authTime: now.authTime ?? authTime });
}

/** OpenID Connect Core 12.2: the same user, and no other nonce than the one of the login, if any. */
function isOfSameLogin({ sub, nonce }: IdTokenClaims, { principal, tokens }: Session): boolean {
  if (sub !== principal.subject) return false;
  if (nonce === undefined || tokens.idToken === '') return true;
  const first = decodeJwt(tokens.idToken).nonce;
  return first === undefined || first === nonce;
}
