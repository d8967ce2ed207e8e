import { BffError } from '@portico/core';
import { errors } from 'jose';
import { ClientError, ResponseBodyError } from 'openid-client';
import {
  again,
  isProviderFault,
  isRefusedGrant,
  needsUser,
  refusalOf,
  unavailable,
  withoutSecrets,
} from './provider-error.ts';

const ofClient = (code: string | undefined): ClientError => Object.assign(new ClientError('x'), { code });
const answered = (status: number, error: string): ResponseBodyError =>
  new ResponseBodyError('x', { cause: { error }, response: new Response(null, { status }) });

describe('a failure that says nothing of the login at hand', () => {
  /** RFC 6749 5.2 and 4.1.2.1: passing states of the provider, and what is about the client's own registration. */
  it.each([
    ...['server_error', 'temporarily_unavailable'],
    ...['invalid_client', 'unauthorized_client', 'unsupported_grant_type'],
  ])('is the refusal %s', (error) => expect(isProviderFault(answered(400, error))).toBe(true));

  it.each([
    ...['invalid_grant', 'invalid_scope', 'invalid_request', 'access_denied', 'login_required', 'invalid_target'],
    ...['unsupported_response_type', 'consent_required', 'invalid_dpop_proof'],
  ])('is not the refusal %s', (error) => expect(isProviderFault(answered(400, error))).toBe(false));

  it('is every refusal with 401, which is about the client', () => {
    expect(isProviderFault(answered(401, 'invalid_grant'))).toBe(true);
  });

  /** The codes of `oauth4webapi` for an answer that is none, or that came too late. */
  it.each([
    undefined,
    ...['OAUTH_ABORT', 'OAUTH_HTTP_REQUEST_FORBIDDEN', 'OAUTH_INVALID_SERVER_METADATA'],
    ...['OAUTH_MISSING_SERVER_METADATA', 'OAUTH_PARSE_ERROR', 'OAUTH_RESPONSE_IS_NOT_CONFORM'],
    ...['OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_TIMEOUT'],
  ])('is the code %s of the client library', (code) => expect(isProviderFault(ofClient(code))).toBe(true));

  it.each([
    ...['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED', 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'],
    ...['OAUTH_INVALID_REQUEST', 'OAUTH_UNSUPPORTED_OPERATION', 'OAUTH_KEY_SELECTION_FAILED'],
  ])('is not the code %s of the client library', (code) => expect(isProviderFault(ofClient(code))).toBe(false));

  it.each([
    [new errors.JOSEError('Expected 200 OK'), true],
    [new errors.JWKSTimeout(), true],
    [new errors.JWKSInvalid('x'), true],
    [new errors.JWKSNoMatchingKey(), false],
    [new errors.JWSSignatureVerificationFailed(), false],
    [new errors.JWTExpired('x', {}), false],
    [new errors.JWTInvalid('x'), false],
    [new TypeError('fetch failed'), true],
    ['a text', true],
  ])('is %s: %s', (error, expected) => expect(isProviderFault(error)).toBe(expected));
});

describe('a refusal of the provider', () => {
  it.each([
    [400, true],
    [403, true],
    [401, false],
    [404, false],
    [500, false],
  ])('with status %i is about what was asked for: %s', (status, expected) => {
    expect(isRefusedGrant(answered(status, 'invalid_client'))).toBe(expected);
  });

  it('is shown only in the form that RFC 6749 gives it', () => {
    expect(refusalOf(answered(400, 'a'.repeat(40)))).toBe('a'.repeat(40));
    for (const error of ['a'.repeat(41), '', 'A', 'a b', '<script>', 'a1']) {
      expect(refusalOf(answered(400, error))).toBeUndefined();
    }
    expect(refusalOf(new TypeError('invalid_grant'))).toBeUndefined();
  });

  /** OpenID Connect Core 3.1.2.6. */
  it.each([
    ['login_required', true],
    ['interaction_required', true],
    ['consent_required', true],
    ['account_selection_required', true],
    ['access_denied', false],
    ['mfa_login_required_x', false],
  ])('%s needs the user: %s', (error, expected) => {
    const detail = `The identity provider refused the login (${error}).`;
    expect(needsUser(new BffError('login-failed', { detail }))).toBe(expected);
    expect(needsUser(new BffError('forbidden', { detail }))).toBe(false);
  });
});

describe('the failure of a moment ago', () => {
  it('is an error of its own for each request, with all that a client is told', () => {
    const failure = new BffError('token-invalid', { detail: 'd', headers: { 'www-authenticate': 'Bearer' } });
    const other = again(failure);
    expect(other).not.toBe(failure);
    expect(other).toMatchObject({ code: 'token-invalid', detail: 'd', headers: failure.headers, cause: failure });
    expect(again(new BffError('conflict'))).toMatchObject({ detail: undefined, headers: undefined });
  });

  it('stays what it is when it says that the provider is away', () => {
    const failure = unavailable(new TypeError('fetch failed'), 'keys');
    expect(unavailable(failure, 'refresh')).toBe(failure);
    expect((failure.cause as Error).message).toBe('keys: fetch failed');
  });
});

describe('what is kept of an error of a library', () => {
  const parsing = (): unknown => {
    try {
      return JSON.parse('{"refresh_token":s3cret}');
    } catch (error) {
      return error;
    }
  };

  it('quotes nothing that was parsed, however deep the error of the parser lies', () => {
    const nested = new Error('the answer is not valid', { cause: parsing() });
    for (const error of [parsing(), nested, new Error('outer', { cause: nested })]) {
      const { message } = withoutSecrets(error, 'refresh');
      expect(message).toContain('the text is not valid');
      expect(message).not.toContain('s3cret');
    }
  });

  it('is what it says, with what it was for, its code and what lies under it', () => {
    const under = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new TypeError('fetch failed', { cause: under }), { status: 503 });
    expect(withoutSecrets(error, 'keys').message).toBe(
      'keys: fetch failed (status 503, connect ECONNREFUSED, ECONNREFUSED)',
    );
    expect(withoutSecrets('a text').message).toBe('something that is no error was thrown');
  });
});
