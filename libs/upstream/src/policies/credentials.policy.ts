import type { UpstreamToken } from '@portico/core';
import { z } from 'zod';

/** Who an upstream is told that a call comes from. */
export interface CredentialsPolicy {
  /** The access token that it gets as `Authorization`. Default `none`. */
  readonly token: UpstreamToken;
  /** Claims of the principal by the header field that carries them. Default none. */
  readonly claims: IdentityFields;
}

/**
 * Header fields that say who the user is, and the claim in each: `{ 'x-user-id': 'sub', 'x-user-roles': 'roles' }`. `sub`, `iss`,
 * `roles` and `scopes` are those of the principal, any other name is that of a claim.
 */
export type IdentityFields = Readonly<Record<string, string>>;

/**
 * The only names of identity headers: those that no route can let pass from a client (`libs/routing/src/header-names.ts`), so that
 * what an upstream reads there is the gateway's word.
 */
const GATEWAY_FIELD = /^x-(?:roles|scopes|permissions|(?:user|tenant)(?:-[a-z0-9]+)*|auth[a-z0-9]*(?:-[a-z0-9]+)*)$/;
const NAMES = 'x-user, x-user-*, x-roles, x-scopes, x-permissions, x-tenant, x-tenant-*, x-auth*';
/** Names of scopes with one space between them (RFC 6749 3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const AUDIENCE = /^[\x21-\x7e]+$/;

const scope = z.string().regex(SCOPE, 'must be scopes with one space between them').optional();
const audience = z.string().regex(AUDIENCE, 'must be visible ASCII');

/** Checks the setting `token`. */
export const TOKEN = z.union([
  z.enum(['none', 'user']),
  z.strictObject({ client: z.strictObject({ scope, audience: audience.optional() }) }),
  z.strictObject({ exchange: z.strictObject({ audience, scope }) }),
]) as z.ZodType<UpstreamToken>;

/** Checks the setting `claims`. */
export const CLAIMS = z.record(z.string(), z.string().min(1)).superRefine((claims, check) => {
  for (const name of Object.keys(claims)) {
    if (GATEWAY_FIELD.test(name)) continue;
    const message = `is a name that a client could send too; take one of ${NAMES}, in lower case`;
    check.addIssue({ code: 'custom', path: [name], message });
  }
});
