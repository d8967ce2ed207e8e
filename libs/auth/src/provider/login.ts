import { BffError } from '@portico/core';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
  type Configuration,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { IdTokenClaims } from './claims.ts';
import type { LoginAttempt, LoginWishes } from './provider.ts';
import { isProviderFault, loginFailed, type ProviderStage, unavailable } from './provider-error.ts';
import type { TokenAnswer } from './session-tokens-of.ts';

/** The part of a login that is the same for all of a BFF's users. */
export interface LoginTerms {
  readonly redirectUri: string;
  readonly scope: string;
  readonly clientId: string;
}

/**
 * Where a browser goes to log in; the request goes to the provider directly when it takes pushed ones (RFC 9126).
 *
 * @throws BffError `input-invalid` for a prompt that the provider does not offer, `identity-provider-unavailable`
 */
export async function beginLogin(
  configuration: Configuration,
  { redirectUri, scope }: LoginTerms,
  { returnTo, prompt, acr, maxAge }: LoginWishes,
): Promise<{ readonly url: URL; readonly attempt: LoginAttempt }> {
  const server = configuration.serverMetadata();
  checkPrompt(prompt, server.prompt_values_supported);
  const attempt: LoginAttempt = {
    state: randomState(),
    nonce: randomNonce(),
    codeVerifier: randomPKCECodeVerifier(),
    returnTo,
    ...(acr && { acr }),
    ...(maxAge !== undefined && { maxAge }),
  };
  const parameters = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
    code_challenge_method: 'S256',
    ...(prompt !== undefined && { prompt }),
    ...(acr && { acr_values: acr.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
  };
  const isPushed = server.pushed_authorization_request_endpoint !== undefined;
  const build = isPushed ? buildAuthorizationUrlWithPAR : buildAuthorizationUrl;
  try {
    return { url: await build(configuration, parameters), attempt };
  } catch (error) {
    throw failureOf(error, 'authorization request');
  }
}

function failureOf(error: unknown, stage: ProviderStage): BffError {
  return isProviderFault(error) ? unavailable(error, stage) : loginFailed(error, stage);
}

function checkPrompt(prompt: string | undefined, offered: unknown): void {
  if (prompt === undefined || !Array.isArray(offered) || offered.includes(prompt)) return;
  throw new BffError('input-invalid', {
    detail: 'The identity provider does not offer this prompt.',
    fields: [{ field: 'prompt', message: 'is not offered by the identity provider' }],
  });
}

/**
 * Redeems a code and checks the ID token, but for its signature. The redirect URI is the configured one whatever URL the
 * browser came by.
 *
 * @throws BffError `login-failed`, `identity-provider-unavailable`
 */
export async function redeem(
  configuration: Configuration,
  { redirectUri, clientId }: LoginTerms,
  callback: URL,
  attempt: LoginAttempt,
): Promise<{ readonly answer: TokenAnswer & { readonly id_token: string }; readonly claims: IdTokenClaims }> {
  const answered = new URL(redirectUri);
  answered.search = callback.search;
  try {
    const answer = await authorizationCodeGrant(configuration, answered, {
      pkceCodeVerifier: attempt.codeVerifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
      ...(attempt.maxAge !== undefined && { maxAge: attempt.maxAge }),
    });
    const claims = answer.claims() as IdTokenClaims;
    checkClaims(claims, clientId, attempt.acr);
    return { answer: answer as TokenAnswer & { id_token: string }, claims };
  } catch (error) {
    if (error instanceof BffError) throw error;
    throw failureOf(error, 'redeeming the code');
  }
}

/** What openid-client leaves open: `azp` beside a single audience, an empty `sub`, and the `acr` that was asked for. */
function checkClaims({ azp, sub, acr }: IdTokenClaims, clientId: string, wanted: readonly string[] | undefined): void {
  if (azp !== undefined && azp !== clientId) throw loginFailed(new Error('azp is another client'), 'ID token');
  if (sub === '' || sub.length > 255) throw loginFailed(new Error('sub is empty or too long'), 'ID token');
  if (wanted === undefined || (typeof acr === 'string' && wanted.includes(acr))) return;
  throw new BffError('login-failed', {
    detail: 'The login was not as strong as this page needs it.',
    cause: new Error('ID token: acr is none of those that were asked for'),
  });
}
