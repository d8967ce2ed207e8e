import { BffError } from '@portico/core';
import type { JWTVerifyGetKey } from 'jose';
import { type CheckedToken, checkToken } from './key-check.ts';
import type { LogoutNotice } from './provider.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Seconds after which a logout token is too old whatever it says, so that nobody has to remember its `jti` for longer. */
const OLDEST = 3_600;

/**
 * The checks of OpenID Connect Back-Channel Logout 2.6. What an ID token has and a logout token may not have, or the
 * reverse, is looked at in both directions: `typ`, `nonce`, `events`.
 *
 * @param clockSkew seconds
 * @throws BffError `token-invalid`; `identity-provider-unavailable` when the keys cannot be had
 */
export async function checkLogoutToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, clientId, clockSkew }: { issuer: string; clientId: string; clockSkew: number },
): Promise<LogoutNotice> {
  const checked = await checkToken(token, keys, {
    issuer,
    audience: clientId,
    clockTolerance: clockSkew,
    maxTokenAge: OLDEST,
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
  });
  const problem = problemOf(checked);
  if (problem !== undefined) throw new BffError('token-invalid', { detail: problem });
  const { sub: subject, sid, jti, exp, iat } = checked.payload as { sub?: string; sid?: string; jti: string } & Times;
  const lastMoment = Math.min(exp, iat + OLDEST) + clockSkew;
  return { issuer, subject, sid, jti, expiresAt: lastMoment * 1000 };
}

interface Times {
  readonly exp: number;
  readonly iat: number;
}

function problemOf({ payload, type }: CheckedToken): string | undefined {
  const { events, nonce, sub, sid, jti } = payload;
  if (type !== undefined && type !== 'logout+jwt') return 'the token is not a logout token';
  if (nonce !== undefined) return 'a logout token has no nonce';
  if (!isText(jti)) return 'jti must be a text';
  if (!isObject(events) || !isObject(events[EVENT])) return 'the token does not tell of a logout';
  if (sub === undefined && sid === undefined) return 'the token names neither a user nor a session';
  if (![sub, sid].every((name) => name === undefined || isText(name))) return 'sub and sid must be texts';
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 255;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
