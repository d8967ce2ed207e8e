import { types } from 'node:util';
import { BffError } from '@portico/core';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { errors } from 'jose';

/** True for errors of every realm: those of `fetch` are not always of this one. */
const { isNativeError } = types;

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

/** What was being done with the provider when something failed: the first words of a cause in the log. */
export type ProviderStage =
  | 'metadata'
  | 'keys'
  | 'authorization request'
  | 'redeeming the code'
  | 'ID token'
  | 'refresh'
  | 'UserInfo'
  | 'introspection'
  | 'token for the BFF'
  | 'token exchange'
  | 'revocation';

/** `identity-provider-unavailable`, with a cause that can be logged. */
export function unavailable(error: unknown, stage?: ProviderStage): BffError {
  if (error instanceof BffError && error.code === 'identity-provider-unavailable') return error;
  return new BffError('identity-provider-unavailable', { cause: withoutSecrets(error, stage) });
}

/** The failure of a moment ago for another request: an error of its own, since what is known of one request is not shown to another. */
export function again(failure: BffError): BffError {
  const { code, detail, headers } = failure;
  return new BffError(code, { cause: failure, ...(detail && { detail }), ...(headers && { headers }) });
}

/** `login-failed`, with a plain sentence for the user. */
export function loginFailed(error: unknown, stage?: ProviderStage): BffError {
  const refusal = refusalOf(error);
  const detail =
    refusal === undefined
      ? 'The answer of the identity provider does not fit this login. Please log in again.'
      : `The identity provider refused the login (${refusal}).`;
  return new BffError('login-failed', { detail, cause: withoutSecrets(error, stage) });
}

/** Whether a login failed only because the user would have to be asked (OpenID Connect Core 3.1.2.6). */
export function needsUser({ code, detail = '' }: BffError): boolean {
  return code === 'login-failed' && /\((?:login|interaction|consent|account_selection)_required\)/.test(detail);
}

/** Errors under errors that are looked at. */
const MOST_CAUSES = 5;

/** The libraries' errors hold whole answers, tokens too: only what they are called and say of themselves is kept. */
export function withoutSecrets(error: unknown, stage?: ProviderStage): Error {
  if (error instanceof BffError) {
    return stage === undefined ? error : new Error(`${stage}: ${error.code}`, { cause: error.cause });
  }
  const [own = 'something that is no error was thrown', ...causes] = sayings(error);
  const code = isNativeError(error) ? codeOf(error) : undefined;
  const further = [...new Set([code, statusOf(error), refusalOf(error), ...causes])].filter((text) => text);
  const where = stage === undefined ? '' : `${stage}: `;
  return Object.assign(new Error(`${where}${own}${further.length > 0 ? ` (${further.join(', ')})` : ''}`), { code });
}

/** What an error and those under it say, with their codes. */
function sayings(error: unknown): string[] {
  const said: string[] = [];
  for (let cause = error; isNativeError(cause) && said.length < 2 * MOST_CAUSES; { cause } = cause) {
    // That of JSON.parse quotes what it read.
    const message = cause.name === 'SyntaxError' ? 'the text is not valid' : cause.message;
    said.push(message, ...(cause === error ? [] : [codeOf(cause) ?? '']));
  }
  return said;
}

/** The status that the provider answered with, where a library's error tells. */
function statusOf(error: unknown): string | undefined {
  const { status, cause } = (error ?? {}) as { status?: unknown; cause?: { status?: unknown } };
  const told = status ?? cause?.status;
  return typeof told === 'number' ? `status ${told}` : undefined;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
