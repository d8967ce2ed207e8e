import { BffError, type Principal } from '@portico/core';
import { decodeJwt } from 'jose';
import type { Session } from '../session/session.ts';
import type { Renewal } from '../session/sessions.ts';
import { ProviderFault } from './bounded-fetch.ts';
import { claimAt, type Claims, type IdTokenClaims } from './claims.ts';
import { isUnjudged } from './key-check.ts';
import { unavailable } from './provider-error.ts';
import { tellReplaced } from './replaced-failure.ts';
import { sessionTokensOf, type TokenAnswer } from './session-tokens-of.ts';

/** What a renewal is made of beside the provider's answer. */
export interface RenewalTerms {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** See `rolesOf`. */
  readonly rolesClaim: string;
  checkSignature(idToken: string): Promise<void>;
  /** What the UserInfo endpoint says (OpenID Connect Core 5.3); undefined when the provider has none. */
  userInfo(accessToken: string): Promise<Claims | undefined>;
  principalOf(claims: IdTokenClaims, scope: string): Principal;
}

/**
 * What a refresh has brought. The user is as the new ID token says, or as the UserInfo endpoint says when there is no ID token, or no key
 * to check it with just now. The old description never stays: a role that was taken away would.
 *
 * @returns with `failure` when the provider could not say who the user is now; the refresh token that came along is kept all the same
 * @throws BffError `session-ended` when the provider speaks of another user, or has no way to say who the user is now
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
  let unjudged: BffError | undefined;
  if (claims !== undefined && answer.id_token !== undefined) {
    checkLogin(claims, session);
    unjudged = await checkSignature(answer.id_token, terms);
    if (unjudged === undefined) return { principal: principalAfter(claims, scope, session, terms), tokens };
  }
  try {
    const described = await describe(tokens.accessToken, session, terms, unjudged);
    return { principal: principalAfter(described, scope, session, terms), tokens };
  } catch (error) {
    if (error instanceof BffError && error.code === 'session-ended') throw error;
    // Over at once, so that the provider is asked again before anybody is let in.
    const over = Object.freeze({ ...tokens, accessTokenExpiresAt: terms.now });
    return { principal: session.principal, tokens: over, failure: unavailable(error, 'UserInfo') };
  }
}

/** @returns why the signature cannot be judged just now; undefined when it is right */
async function checkSignature(idToken: string, terms: RenewalTerms): Promise<BffError | undefined> {
  try {
    await terms.checkSignature(idToken);
    return undefined;
  } catch (error) {
    if (isUnjudged(error)) {
      tellReplaced('an ID token that cannot be checked just now (UserInfo is asked instead)', error);
      return error;
    }
    throw unavailable(error, 'ID token');
  }
}

/**
 * The user by the UserInfo endpoint.
 *
 * @param unjudged why there is no ID token that tells, when there may be one next time
 * @throws BffError `session-ended`; `unjudged`; whatever the endpoint fails with
 */
async function describe(
  accessToken: string,
  { principal }: Session,
  { userInfo, rolesClaim }: RenewalTerms,
  unjudged: BffError | undefined,
): Promise<IdTokenClaims> {
  const claims = await userInfo(accessToken);
  if (claims === undefined) throw unjudged ?? ended('it refreshed a login without saying who the user is now');
  const { issuer: iss, subject: sub, roles } = principal;
  if (claims.sub !== sub) throw ended(OTHER_USER);
  if (roles.size > 0 && claimAt(claims, rolesClaim) === undefined) {
    throw unjudged ?? ended('its UserInfo endpoint does not say which roles the user has now');
  }
  return { ...claims, iss, sub };
}

/** A refresh is no login: where it is not said how and when that was (Core 12.2 leaves it open), it is as it was. */
function principalAfter(claims: IdTokenClaims, scope: string, session: Session, terms: RenewalTerms): Principal {
  const { acr, authTime } = session.principal;
  const now = terms.principalOf(claims, scope);
  return Object.freeze({ ...now, acr: now.acr ?? acr, authTime: now.authTime ?? authTime });
}

/** OpenID Connect Core 12.2: the same user, and no other nonce than the one of the login, if any. */
function checkLogin({ sub, nonce }: IdTokenClaims, { principal, tokens }: Session): void {
  if (sub !== principal.subject) throw ended(OTHER_USER);
  if (nonce === undefined || tokens.idToken === '') return;
  const first = decodeJwt(tokens.idToken).nonce;
  if (first !== undefined && first !== nonce) {
    throw unavailable(new ProviderFault('it refreshed a login with that of another'), 'refresh');
  }
}

const OTHER_USER = 'it refreshed the login of one user with that of another';

function ended(reason: string): BffError {
  return new BffError('session-ended', { cause: new ProviderFault(reason) });
}
