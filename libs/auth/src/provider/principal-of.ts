import type { Principal } from '@portico/core';

/** Claims of an ID token that has passed all checks. */
export type IdTokenClaims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/** What an ID token says about itself and the exchange it came by, not about the user. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set(['at_hash', 'c_hash', 's_hash', 'exp', 'iat', 'jti', 'nbf', 'nonce']);

/**
 * The user of a login, as the ID token describes them.
 *
 * @param scope what the token endpoint granted (RFC 6749 5.1)
 */
export function principalOf(
  claims: IdTokenClaims,
  { clientId, rolesClaim, scope }: { clientId: string; rolesClaim: string; scope: string },
): Principal {
  const ofTheUser = Object.entries(claims).filter(([name]) => !OF_THE_TOKEN.has(name));
  return Object.freeze({
    id: `${claims.iss} ${claims.sub}`,
    issuer: claims.iss,
    subject: claims.sub,
    door: 'session',
    clientId,
    roles: new Set(rolesOf(claims, rolesClaim)),
    scopes: new Set(scope.split(' ').filter((name) => name !== '')),
    acr: typeof claims.acr === 'string' ? claims.acr : undefined,
    authTime: typeof claims.auth_time === 'number' ? claims.auth_time : undefined,
    claims: Object.freeze(Object.fromEntries(ofTheUser)),
    session: undefined,
  });
}

/** The roles of the claim at `path`, dots being steps into objects; none unless it is a list of texts. */
function rolesOf(claims: IdTokenClaims, path: string): readonly string[] {
  let value: unknown = claims;
  for (const step of path.split('.')) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    value = isObject && Object.hasOwn(value as object, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  return Array.isArray(value) && value.every((role) => typeof role === 'string') ? value : [];
}
