import { type Access, accessProblems, type Principal, type RequestContext, type Requirements } from '@portico/core';
import { accessEvents } from './access-event.ts';

/** Why a known principal may not. Made once for each requirement; frozen. */
export interface Denial {
  readonly code: 'forbidden' | 'step-up-required';
  /** One sentence for the client. */
  readonly detail: string;
  /** The scopes that were asked for, when the token lacks them. */
  readonly scopes?: readonly string[];
  /** What a login must be like to do: RFC 9470. */
  readonly acr?: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
}

/** Says why a principal may not; undefined: it may. Never throws. */
export type AccessCheck = (principal: Principal, ctx: RequestContext) => Denial | undefined;

/** Seconds that the clocks of the provider and of this machine may differ unless it is said. */
const DEFAULT_CLOCK_SKEW = 5;

const BROKEN: Denial = Object.freeze({ code: 'forbidden', detail: 'nobody may call this' });

/**
 * One function for what a route or a method states. What cannot be enforced denies everybody.
 *
 * Roles, scopes and claims come first (403), then how the user logged in (401, which another login mends), the policy last.
 *
 * @param clockSkew seconds that the clocks of the provider and of this machine may differ where the age of a login counts
 */
export function compileAccess(access: Exclude<Access, 'public'>, clockSkew = DEFAULT_CLOCK_SKEW): AccessCheck {
  if (accessProblems(access).length > 0) return () => BROKEN;
  if (access === 'user') return () => undefined;
  const checks = checksOf(access, clockSkew);
  const [only] = checks;
  if (checks.length === 1 && only) return only;
  return (principal, ctx) => {
    for (const check of checks) {
      const denial = check(principal, ctx);
      if (denial) return denial;
    }
    return undefined;
  };
}

function checksOf(required: Requirements, clockSkew: number): readonly AccessCheck[] {
  return [
    rolesCheck(required),
    scopesCheck(required),
    claimsCheck(required),
    loginCheck(required, clockSkew),
    policyCheck(required),
  ]
    .flat()
    .filter((check) => check !== undefined);
}

function rolesCheck({ roles }: Requirements): AccessCheck | undefined {
  if (!roles) return undefined;
  const denial = forbidden(`this needs the role ${roles.join(' or ')}`);
  return (principal) => (hasOneOf(principal.roles, roles) ? undefined : denial);
}

function scopesCheck({ scopes }: Requirements): AccessCheck | undefined {
  if (!scopes) return undefined;
  if ('any' in scopes) {
    const { any } = scopes;
    const denial = forbidden(`this needs the scope ${any.join(' or ')}`, any);
    return (principal) => (hasOneOf(principal.scopes, any) ? undefined : denial);
  }
  const { all } = scopes;
  const denial = forbidden(`this needs the scope ${all.join(' and ')}`, all);
  return (principal) => (hasAll(principal.scopes, all) ? undefined : denial);
}

function claimsCheck({ claims }: Requirements): AccessCheck[] {
  return Object.entries(claims ?? {}).map(([name, values]) => {
    const denial = forbidden(`this is not allowed with your claim ${name}`);
    return (principal) => (hasClaim(principal.claims, name, values) ? undefined : denial);
  });
}

function loginCheck({ acr, maxAge }: Requirements, clockSkew: number): AccessCheck | undefined {
  if (!acr && maxAge === undefined) return undefined;
  const denial: Denial = Object.freeze({
    code: 'step-up-required',
    detail: maxAge === undefined ? 'this needs a stronger login' : 'this needs a fresher or stronger login',
    ...(acr && { acr }),
    ...(maxAge !== undefined && { maxAge }),
  });
  return (principal, ctx) => {
    const isStrong = !acr || (principal.acr !== undefined && acr.includes(principal.acr));
    const isFresh =
      maxAge === undefined || isRecent(principal.authTime, ctx.clock.epoch() / 1_000, { maxAge, clockSkew });
    return isStrong && isFresh ? undefined : denial;
  };
}

/** A login in the future proves nothing about its age. */
function isRecent(
  authTime: number | undefined,
  now: number,
  { maxAge, clockSkew }: { readonly maxAge: number; readonly clockSkew: number },
): boolean {
  return authTime !== undefined && now - authTime <= maxAge + clockSkew && authTime - now <= clockSkew;
}

function policyCheck({ policy }: Requirements): AccessCheck | undefined {
  if (!policy) return undefined;
  const denial = forbidden(`this is not allowed by the policy ${policy.name}`);
  return (principal, ctx) => {
    try {
      // A policy that was made async by mistake returns a promise, which is no yes.
      return policy.allows(principal, ctx) === true ? undefined : denial;
    } catch (error) {
      if (accessEvents.hasSubscribers) {
        accessEvents.publish({ subject: `policy ${policy.name}`, reason: 'it threw, which is a no', error });
      }
      return denial;
    }
  };
}

function forbidden(detail: string, scopes?: readonly string[]): Denial {
  return Object.freeze({ code: 'forbidden', detail, ...(scopes && { scopes }) });
}

function hasOneOf(set: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const name of names) if (set.has(name)) return true;
  return false;
}

function hasAll(set: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const name of names) if (!set.has(name)) return false;
  return true;
}

function hasClaim(claims: Principal['claims'], name: string, values: readonly string[]): boolean {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof claim === 'string') return values.includes(claim);
  if (!Array.isArray(claim) || !claim.every((text) => typeof text === 'string')) return false;
  return claim.some((text) => values.includes(text));
}
