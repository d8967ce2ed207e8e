import type { Principal } from './principal.ts';
import type { RequestContext } from './request-context.ts';

/** A rule that data cannot say, as a pure function with a name for the audit table and the log. */
export interface NamedPolicy {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** Whether the principal may; called after all other requirements hold. A throw is a no. */
  allows(principal: Principal, ctx: RequestContext): boolean;
}

/** What a principal must have beside being known; all of it. At least one is set. */
export interface Requirements {
  /** Scopes of the token: all of them, or one of them. */
  readonly scopes?: { readonly all: readonly string[] } | { readonly any: readonly string[] };
  /** At least one of these roles. */
  readonly roles?: readonly string[];
  /** For each claim the values that are right; a claim that is a list of texts needs one of them. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  /** Step-up (RFC 9470): one of these ways of logging in. */
  readonly acr?: readonly string[];
  /** Step-up: seconds that the login may be ago. */
  readonly maxAge?: number;
  readonly policy?: NamedPolicy;
}

/** Who may call something: everybody, everybody who is known, or those who meet requirements. There is no default. */
export type Access = 'public' | 'user' | Requirements;

const KEYS: ReadonlySet<string> = new Set(['scopes', 'roles', 'claims', 'acr', 'maxAge', 'policy']);
const POLICY_NAME = /^[a-z][a-z0-9-]*$/;

/** What is wrong with the access that a route states, in sentences that begin with the field; none when it can be enforced. */
export function accessProblems(access: unknown): readonly string[] {
  if (access === 'public' || access === 'user') return [];
  if (typeof access !== 'object' || access === null || Array.isArray(access)) {
    return ['auth must be said: "public", "user", or what a user must have, such as { roles: ["staff"] }'];
  }
  const keys = Object.keys(access);
  return [
    ...(keys.length === 0 ? ['auth: names no requirement; say "user" if everybody who is known may call it'] : []),
    ...keys.filter((key) => !KEYS.has(key)).map((key) => `auth: "${key}" is not a requirement`),
    // A misspelt constant would take the requirement away without a word.
    ...keys.filter((key) => access[key as keyof typeof access] === undefined).map((key) => `auth: ${key} has no value`),
    ...requirementProblems(access as Requirements),
  ];
}

function requirementProblems({ scopes, roles, claims, acr, maxAge, policy }: Requirements): string[] {
  return [
    ...scopesProblems(scopes),
    ...listProblems('roles', roles),
    ...claimsProblems(claims),
    ...listProblems('acr', acr),
    ...(maxAge === undefined || isWholeSeconds(maxAge) ? [] : ['auth: maxAge must be whole seconds']),
    ...(policy === undefined || isPolicy(policy) ? [] : ['auth: policy must have a name and a function allows()']),
  ];
}

function isWholeSeconds(age: unknown): boolean {
  return Number.isInteger(age) && (age as number) > 0;
}

function scopesProblems(scopes: unknown): string[] {
  if (scopes === undefined) return [];
  const entries = typeof scopes === 'object' && scopes !== null ? Object.entries(scopes) : [];
  const [kind, list] = entries[0] ?? [];
  if (entries.length !== 1 || (kind !== 'all' && kind !== 'any'))
    return ['auth: scopes must be { all: [...] } or { any: [...] }'];
  return listProblems(`scopes.${kind}`, list ?? []);
}

function claimsProblems(claims: unknown): string[] {
  if (claims === undefined) return [];
  if (typeof claims !== 'object' || claims === null || Object.keys(claims).length === 0) {
    return ['auth: claims must name at least one claim and its values'];
  }
  return Object.entries(claims).flatMap(([name, values]) => listProblems(`claims.${name}`, values ?? []));
}

function listProblems(field: string, list: unknown): string[] {
  if (list === undefined) return [];
  const isList =
    Array.isArray(list) && list.length > 0 && list.every((text) => typeof text === 'string' && text !== '');
  return isList ? [] : [`auth: ${field} must be a list of texts with at least one in it`];
}

function isPolicy(policy: Partial<NamedPolicy> | null): boolean {
  return (
    typeof policy === 'object' &&
    policy !== null &&
    POLICY_NAME.test(policy.name ?? '') &&
    typeof policy.allows === 'function'
  );
}

const ACCESS = Symbol('portico.access');

/** Ties who may call it to the function that answers: a row's handler, a method of a controller. Guards look there. */
export function declareAccess(handler: object, access: Access): void {
  Object.defineProperty(handler, ACCESS, { value: access });
}

/** Who may call what a function answers; undefined when nobody said so, and then nobody may. */
export function accessOf(handler: object): Access | undefined {
  return (handler as { [ACCESS]?: Access })[ACCESS];
}

/**
 * Decorator of a controller's method: who may call it.
 *
 * @throws TypeError when the access cannot be enforced
 */
export function Allow(access: Access) {
  const problems = accessProblems(access);
  if (problems.length > 0) throw new TypeError(problems.join('; '));
  return (_target: object, _name: string | symbol, { value }: PropertyDescriptor): void => {
    declareAccess(value as object, access);
  };
}

/**
 * A guard with this property enforces access. A BFF whose routes are not all public does not start without one: see
 * `RoutingModule`.
 */
export const ENFORCES_ACCESS = Symbol('portico.enforces-access');

/**
 * A global guard with this property is for the methods of controllers only: the route table does not run it. The server reads a
 * controller's request body in one.
 */
export const FOR_CONTROLLERS = Symbol('portico.for-controllers');
