import type { Principal } from '@portico/core';
import type { NewSession, SessionTokens } from '../../src/session/session.ts';

/** A user, with what a test says of them beside the name. */
export function principalOf(subject: string, about: Partial<Principal> = {}): Principal {
  return {
    id: `https://id.test ${subject}`,
    issuer: 'https://id.test',
    subject,
    door: 'session',
    clientId: 'web-bff',
    roles: new Set(['customer']),
    scopes: new Set(['openid', 'profile']),
    acr: undefined,
    authTime: 1_700_000_000,
    claims: { email: `${subject}@shop.test` },
    session: undefined,
    ...about,
  };
}

/** Tokens whose access token ends after so many milliseconds from `now`. */
export function tokensUntil(now: number, life: number, about: Partial<SessionTokens> = {}): SessionTokens {
  return {
    accessToken: `access-token-${now + life}`,
    accessTokenExpiresAt: now + life,
    refreshToken: `refresh-token-${now}`,
    refreshTokenExpiresAt: undefined,
    idToken: 'id-token',
    ...about,
  };
}

/** A login. */
export function loginOf(subject: string, tokens: SessionTokens, about: Partial<NewSession> = {}): NewSession {
  return {
    principal: principalOf(subject),
    tokens,
    providerSession: `sid-of-${subject}`,
    device: { userAgent: 'Firefox', address: '192.0.2.1' },
    ...about,
  };
}
