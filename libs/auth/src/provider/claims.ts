import type { Principal } from '@portico/core';

/** Claims of a token or of an answer of the provider, by name. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims of an ID token that has passed all checks. */
export type IdTokenClaims = Claims & { readonly iss: string; readonly sub: string };

const NO_ROLES: ReadonlySet<string> = new Set();

/** What `Principal` has in fields of its own, or what concerns the token and not its user. */
const NOT_FURTHER: ReadonlySet<string> = new Set(
  'iss sub aud exp nbf iat jti client_id azp scope acr auth_time nonce at_hash c_hash s_hash cnf active token_type'.split(
    ' ',
  ),
);

/**
 * The roles in a claim: texts of a list. In any other form (one text, texts with commas, an object, a list with something
 * else in it) there are none.
 *
 * @param path the claim's whole name, or names of objects inside each other with dots between them: `realm_access.roles`
 */
export function rolesOf(claims: Claims, path: string): ReadonlySet<string> {
  const roles = claimAt(claims, path);
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string' && role !== '')) return NO_ROLES;
  return new Set(roles as string[]);
}

/** A claim by its whole name, or by names of objects inside each other with dots between them; undefined when it is not there. */
export function claimAt(claims: Claims, path: string): unknown {
  return Object.hasOwn(claims, path) ? claims[path] : valueAt(claims, path);
}

function valueAt(claims: Claims, path: string): unknown {
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return;
    value = (value as Claims)[name];
  }
  return value;
}

/** The scopes of `scope`, a text with spaces between them (RFC 8693 4.2); none in any other form. */
export function scopesOf({ scope }: Claims): ReadonlySet<string> {
  return new Set(typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : []);
}

/**
 * Who claims speak of. They are checked before: `iss` and `sub` are texts that are not empty, and they are not `areTooDeep`.
 *
 * @param rolesClaim see `rolesOf`
 */
export function principalOf(claims: Claims, door: Principal['door'], rolesClaim: string): Principal {
  const { iss: issuer, sub: subject, auth_time: authTime } = claims as Claims & { iss: string; sub: string };
  return Object.freeze({
    id: `${issuer} ${subject}`,
    issuer,
    subject,
    door,
    clientId: textOf(claims.client_id) ?? textOf(claims.azp),
    roles: rolesOf(claims, rolesClaim),
    scopes: scopesOf(claims),
    acr: textOf(claims.acr),
    authTime: typeof authTime === 'number' ? authTime : undefined,
    claims: deepFreeze(Object.fromEntries(Object.entries(claims).filter(([name]) => !NOT_FURTHER.has(name)))),
    session: undefined,
  });
}

/** Levels of objects and lists inside each other that claims may have; those of providers have three or four. */
const MAX_DEPTH = 20;

/** Whether claims are nested more deeply than any provider needs: what walks through them by recursion would run out of stack. */
export function areTooDeep(claims: Claims): boolean {
  let level: readonly unknown[] = [claims];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** A text that is not empty, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Requests share what is remembered: none may change it for the others. */
function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
