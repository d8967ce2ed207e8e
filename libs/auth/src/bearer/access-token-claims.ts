import { areTooDeep, type Claims } from '../provider/claims.ts';
import { TokenRefused } from './token-refused.ts';

const MAX_SUBJECT_LENGTH = 255;

/**
 * What holds for the claims of every access token, whether they were in it or came by introspection. `iss` may be missing
 * from an introspection's answer (RFC 7662 2.2), for the issuer itself gives it; `aud` may not, or a token for any other API would do.
 *
 * @throws TokenRefused
 */
export function checkAccessTokenClaims(
  claims: Claims,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): void {
  if (areTooDeep(claims)) throw refused('the claims of the token are nested too deeply');
  const { iss, aud, sub, cnf } = claims;
  if (iss !== undefined && iss !== issuer) throw refused('the claim iss of the token is not right');
  if (!namesAudience(aud, audience)) throw refused('the claim aud of the token is not right');
  if (!isSubject(sub)) throw refused('the claim sub of the token is not right');
  if (cnf !== undefined && thumbprintOf(claims) === undefined) {
    // Bound in a way that is not understood here, to a certificate for instance (RFC 8705): nobody checks whose it is.
    throw refused('the token is bound to a key in a way that is not accepted here');
  }
}

/** Whether the claim `aud`, one name or a list of them, names an audience (RFC 7519 4.1.3). */
export function namesAudience(aud: unknown, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

/** The thumbprint of the key that a token is bound to (RFC 9449 6.1); undefined when it is not. */
export function thumbprintOf({ cnf }: Claims): string | undefined {
  if (typeof cnf !== 'object' || cnf === null || Object.keys(cnf).length !== 1) return undefined;
  const { jkt } = cnf as { jkt?: unknown };
  return typeof jkt === 'string' && jkt !== '' ? jkt : undefined;
}

/** It becomes a part of names, keys and log lines. */
function isSubject(sub: unknown): boolean {
  return typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH && !/\p{Cc}/u.test(sub);
}

function refused(message: string): TokenRefused {
  return new TokenRefused(message, 'invalid_token', true);
}
