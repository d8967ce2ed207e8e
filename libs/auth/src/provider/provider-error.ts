import { BffError } from '@portico/core';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { errors } from 'jose';

/** Error codes of a provider are shown and logged only in the form that RFC 6749 gives them. */
const CODE = /^[a-z_]{1,40}$/;

/** What a provider says when it is not able to answer now (RFC 6749 4.1.2.1). */
const PASSING: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** A refusal that is about the BFF's own registration, not about the user's login. */
const OF_CLIENT: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type']);

/** Codes of openid-client for answers that are none. */
const NO_ANSWER: ReadonlySet<string | undefined> = new Set([
  undefined,
  'OAUTH_ABORT',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_TIMEOUT',
]);

/** Codes of jose for keys that could not be fetched. */
const KEYS_MISSING: ReadonlySet<string> = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

/** The `error` that a provider answered with, if it is one. */
export function refusalOf(error: unknown): string | undefined {
  const isRefusal = error instanceof ResponseBodyError || error instanceof AuthorizationResponseError;
  return isRefusal && CODE.test(error.error) ? error.error : undefined;
}

/** Whether an error says nothing about the login at hand: the provider is away, slow, talks nonsense or does not know this BFF. */
export function isProviderFault(error: unknown): boolean {
  const refusal = refusalOf(error);
  // Keycloak calls a wrong secret `invalid_request` where requests are pushed; 401 is about the client whatever the code.
  if (error instanceof ResponseBodyError && error.status === 401) return true;
  if (refusal !== undefined) return PASSING.has(refusal) || OF_CLIENT.has(refusal);
  if (error instanceof AuthorizationResponseError) return false;
  if (error instanceof ClientError) return NO_ANSWER.has(error.code);
  if (error instanceof errors.JOSEError) return KEYS_MISSING.has(error.code);
  return true;
}

/** Whether a provider refused what was asked for, and not the BFF: Keycloak calls an unknown audience `invalid_client`, with 400. */
export function isRefusedGrant(error: unknown): boolean {
  return error instanceof ResponseBodyError && (error.status === 400 || error.status === 403);
}

/** `identity-provider-unavailable`, with a cause that can be logged. */
export function unavailable(error: unknown): BffError {
  if (error instanceof BffError && error.code === 'identity-provider-unavailable') return error;
  return new BffError('identity-provider-unavailable', { cause: withoutSecrets(error) });
}

/** The failure of a moment ago for another request: an error of its own, since what is known of one request is not shown to another. */
export function again(failure: BffError): BffError {
  const { code, detail, headers } = failure;
  return new BffError(code, { cause: failure, ...(detail && { detail }), ...(headers && { headers }) });
}

/** `login-failed`, with a plain sentence for the user. */
export function loginFailed(error: unknown): BffError {
  const refusal = refusalOf(error);
  const detail =
    refusal === undefined
      ? 'The answer of the identity provider does not fit this login. Please log in again.'
      : `The identity provider refused the login (${refusal}).`;
  return new BffError('login-failed', { detail, cause: withoutSecrets(error) });
}

/** The libraries' errors hold whole answers, tokens too: only what they are called and say of themselves is kept. */
export function withoutSecrets(error: unknown): Error {
  if (error instanceof BffError) return error;
  if (!(error instanceof Error)) return new Error('something that is no error was thrown');
  // A SyntaxError of JSON.parse quotes what it read.
  const inner = error.cause instanceof Error && !(error.cause instanceof SyntaxError) ? error.cause : undefined;
  const said = [codeOf(error), refusalOf(error), inner && inner.message, inner && codeOf(inner)];
  const further = said.filter((text) => text !== undefined && text !== '');
  const told = new Error(`${error.message}${further.length > 0 ? ` (${further.join(', ')})` : ''}`);
  return Object.assign(told, { code: codeOf(error) });
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
