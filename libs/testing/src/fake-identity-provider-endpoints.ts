import { randomUUID } from 'node:crypto';
import type { Reply } from './behaviours.ts';
import type { RecordedRequest } from './fake-upstream.ts';
import { publicJwk } from './fake-identity-provider-keys.ts';
import type { FakeClaims, FakeIdentityState } from './fake-identity-provider-state.ts';
import { answerToken, authenticateClient, formOf, isActive, OAuthError } from './fake-identity-provider-token.ts';

/** The endpoints of the fake identity provider. */
export type FakeEndpoint =
  'discovery' | 'keys' | 'par' | 'authorize' | 'token' | 'userInfo' | 'revocation' | 'introspection' | 'endSession';

type Answer = (request: RecordedRequest, state: FakeIdentityState) => Reply | Promise<Reply>;

/** Where each endpoint is. */
export const PATHS: Readonly<Record<FakeEndpoint, string>> = {
  discovery: '/.well-known/openid-configuration',
  keys: '/keys',
  par: '/par',
  authorize: '/authorize',
  token: '/token',
  userInfo: '/userinfo',
  revocation: '/revoke',
  introspection: '/introspect',
  endSession: '/logout',
};

/** What each endpoint does. */
export const ANSWERS: Readonly<Record<FakeEndpoint, Answer>> = {
  discovery: (_request, state) => {
    const document = discoveryDocument(state.issuer);
    return { json: state.tamper.discovery?.(document) ?? document };
  },
  keys: (_request, state) => {
    const keySet = { keys: state.keys.map(publicJwk) };
    return { json: state.tamper.keys?.(keySet) ?? keySet };
  },
  par: async (request, state) => {
    await authenticateClient(request, state);
    const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
    state.pushed.set(uri, formOf(request));
    return { status: 201, json: { request_uri: uri, expires_in: 60 } };
  },
  authorize: (request, state) => authorize(queryOf(request), state),
  token: async (request, state) => ({
    headers: { 'cache-control': 'no-store' },
    json: await answerToken(request, state),
  }),
  userInfo: (request, state) => {
    const token = state.accessTokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!isActive(token, state))
      return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
    const { user } = token.grant;
    const claims = { sub: user, ...state.users.get(user) };
    return { json: state.tamper.userInfo?.(claims) ?? claims };
  },
  revocation: async (request, state) => {
    await authenticateClient(request, state);
    const token = formOf(request).get('token') ?? '';
    const grant = (state.refreshTokens.get(token) ?? state.accessTokens.get(token))?.grant;
    if (grant) grant.login.ended = true;
    return {};
  },
  introspection: async (request, state) => {
    await authenticateClient(request, state);
    const token = state.accessTokens.get(formOf(request).get('token') ?? '');
    return {
      json: isActive(token, state) ? { token_type: 'Bearer', ...token.claims, active: true } : { active: false },
    };
  },
  endSession: (request) => {
    const query = queryOf(request);
    const location = query.get('post_logout_redirect_uri');
    if (location === null) return { body: 'Logged out.' };
    const state = query.get('state');
    return { status: 303, headers: { location: state === null ? location : `${location}?state=${state}` } };
  },
};

function queryOf(request: RecordedRequest): URLSearchParams {
  return new URL(request.url, 'http://provider').searchParams;
}

function discoveryDocument(issuer: string): FakeClaims {
  return {
    issuer,
    authorization_endpoint: `${issuer}${PATHS.authorize}`,
    token_endpoint: `${issuer}${PATHS.token}`,
    userinfo_endpoint: `${issuer}${PATHS.userInfo}`,
    jwks_uri: `${issuer}${PATHS.keys}`,
    revocation_endpoint: `${issuer}${PATHS.revocation}`,
    introspection_endpoint: `${issuer}${PATHS.introspection}`,
    end_session_endpoint: `${issuer}${PATHS.endSession}`,
    pushed_authorization_request_endpoint: `${issuer}${PATHS.par}`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'EdDSA'],
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login'],
    acr_values_supported: ['1', '2'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}

function authorize(query: URLSearchParams, state: FakeIdentityState): Reply {
  const uri = query.get('request_uri');
  const wanted = uri === null ? query : (state.pushed.get(uri) ?? new URLSearchParams());
  if (uri !== null) state.pushed.delete(uri);
  const redirectUri = wanted.get('redirect_uri');
  // What cannot be redirected safely is told here (RFC 6749 4.1.2.1).
  if (redirectUri === null || !state.clients.has(wanted.get('client_id') ?? '')) return { status: 400 };
  const answer = new URLSearchParams({ iss: state.issuer });
  const echo = wanted.get('state');
  if (echo !== null) answer.set('state', echo);
  try {
    answer.set('code', codeFor(wanted, redirectUri, state));
  } catch (error) {
    answer.set('error', (error as OAuthError).code);
  }
  state.tamper.callback?.(answer);
  return { status: 302, headers: { location: `${redirectUri}?${answer}` } };
}

function codeFor(wanted: URLSearchParams, redirectUri: string, state: FakeIdentityState): string {
  const { code_challenge: challenge, ...rest } = Object.fromEntries(wanted);
  if (rest.response_type !== 'code' || rest.code_challenge_method !== 'S256' || !challenge) {
    throw new OAuthError('invalid_request');
  }
  const user = rest.login_hint ?? state.user;
  if (user === undefined || !state.users.has(user)) throw new OAuthError('login_required');
  const code = randomUUID();
  const grant = state.newGrant(user, loginOf(rest));
  state.codes.set(code, { grant, nonce: rest.nonce, challenge, redirectUri, used: false });
  return code;
}

function loginOf({ client_id: clientId = '', scope = 'openid', acr_values: acr = '1' }: Record<string, string>) {
  return { clientId, scope, acr: acr.split(' ', 1)[0] ?? '1' };
}
