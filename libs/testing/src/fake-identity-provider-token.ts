import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import type { RecordedRequest } from './fake-upstream.ts';
import type { FakeClaims, FakeIdentityState, Grant, PendingCode } from './fake-identity-provider-state.ts';

/** An OAuth error answer (RFC 6749 5.2). */
export class OAuthError extends Error {
  constructor(
    readonly code: string,
    readonly status = 400,
  ) {
    super(code);
  }
}

/** The form of a POST. */
export function formOf(request: RecordedRequest): URLSearchParams {
  return new URLSearchParams(request.body.toString());
}

/**
 * Which client asks: HTTP Basic, secret in the form, `private_key_jwt`, or a public client's id.
 *
 * @throws OAuthError `invalid_client`
 */
export async function authenticateClient(request: RecordedRequest, state: FakeIdentityState): Promise<string> {
  const form = formOf(request);
  const assertion = form.get('client_assertion');
  if (assertion !== null) return checkAssertion(assertion, state);
  const [id, secret] = basicOf(request) ?? [form.get('client_id') ?? '', form.get('client_secret') ?? undefined];
  const client = state.clients.get(id);
  if (!client || client.keys || client.secret !== secret) throw new OAuthError('invalid_client', 401);
  return id;
}

function basicOf(request: RecordedRequest): [string, string] | undefined {
  const match = /^Basic (.+)$/.exec(request.headers.authorization ?? '');
  if (!match) return undefined;
  const [id = '', secret = ''] = Buffer.from(match[1] ?? '', 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return [id, secret];
}

async function checkAssertion(assertion: string, state: FakeIdentityState): Promise<string> {
  try {
    const id = decodeJwt(assertion).sub ?? '';
    const keys = createLocalJWKSet({ keys: state.clients.get(id)?.keys ?? [] } as JSONWebKeySet);
    await jwtVerify(assertion, keys, { issuer: id, audience: [state.issuer, `${state.issuer}/token`] });
    return id;
  } catch {
    throw new OAuthError('invalid_client', 401);
  }
}

/** The token endpoint. */
export async function answerToken(request: RecordedRequest, state: FakeIdentityState): Promise<FakeClaims> {
  const clientId = await authenticateClient(request, state);
  const form = formOf(request);
  const answer = grantTokens(form, clientId, state);
  return state.tamper.tokenAnswer?.(answer) ?? answer;
}

function grantTokens(form: URLSearchParams, clientId: string, state: FakeIdentityState): FakeClaims {
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const { grant, nonce } = redeemCode(form, clientId, state);
      return loginAnswer(grant, nonce, state);
    }
    case 'refresh_token':
      return loginAnswer(redeemRefreshToken(form, clientId, state), undefined, state);
    case 'client_credentials':
      return accessTokenAnswer(
        state.newGrant(clientId, { clientId, scope: form.get('scope') ?? '' }),
        form.get('audience') ?? undefined,
        state,
      );
    case 'urn:ietf:params:oauth:grant-type:token-exchange':
      return exchange(form, clientId, state);
    default:
      throw new OAuthError('unsupported_grant_type');
  }
}

function redeemCode(form: URLSearchParams, clientId: string, state: FakeIdentityState): PendingCode {
  const code = state.codes.get(form.get('code') ?? '');
  if (!code || code.used || code.grant.clientId !== clientId || code.redirectUri !== form.get('redirect_uri')) {
    // Whoever shows a code twice may have stolen it (RFC 6749 4.1.2).
    if (code?.used) code.grant.login.ended = true;
    throw new OAuthError('invalid_grant');
  }
  code.used = true;
  const verifier = createHash('sha256').update(form.get('code_verifier') ?? '');
  if (verifier.digest('base64url') !== code.challenge) throw new OAuthError('invalid_grant');
  return code;
}

function redeemRefreshToken(form: URLSearchParams, clientId: string, state: FakeIdentityState): Grant {
  const token = state.refreshTokens.get(form.get('refresh_token') ?? '');
  if (!token || token.grant.clientId !== clientId) throw new OAuthError('invalid_grant');
  if (token.used) token.grant.login.ended = true;
  if (token.grant.login.ended || state.now() >= token.expiresAt) throw new OAuthError('invalid_grant');
  token.used = state.settings.rotatesRefreshTokens;
  return token.grant;
}

function loginAnswer(grant: Grant, nonce: string | undefined, state: FakeIdentityState): FakeClaims {
  const answer = accessTokenAnswer(grant, undefined, state);
  return {
    ...answer,
    refresh_token: state.issueRefreshToken(grant),
    refresh_expires_in: state.settings.refreshTokenLife,
    ...(grant.scope.split(' ').includes('openid') && {
      id_token: state.issueIdToken(grant, answer.access_token as string, nonce),
    }),
  };
}

function accessTokenAnswer(grant: Grant, audience: unknown, state: FakeIdentityState): FakeClaims {
  return {
    access_token: state.issueAccessToken(grant, audience),
    token_type: 'Bearer',
    expires_in: state.settings.accessTokenLife,
    ...(grant.scope && { scope: grant.scope }),
  };
}

function exchange(form: URLSearchParams, clientId: string, state: FakeIdentityState): FakeClaims {
  const subject = state.accessTokens.get(form.get('subject_token') ?? '');
  const audience = form.get('audience') ?? '';
  if (!isActive(subject, state)) throw new OAuthError('invalid_request');
  const allowed = state.settings.exchangeAudiences;
  if (audience === '' || (allowed && !allowed.includes(audience))) throw new OAuthError('invalid_target');
  const scope = form.get('scope') ?? subject.grant.scope;
  return {
    ...accessTokenAnswer({ ...subject.grant, clientId, scope }, audience, state),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  };
}

/** Whether an access token is known, not expired, and its login not ended. */
export function isActive(
  token: { grant: Grant; claims: FakeClaims } | undefined,
  state: FakeIdentityState,
): token is { grant: Grant; claims: FakeClaims } {
  return token !== undefined && !token.grant.login.ended && state.now() < Number(token.claims.exp);
}
