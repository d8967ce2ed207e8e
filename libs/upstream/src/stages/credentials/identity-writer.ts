import { BffError, type Principal } from '@portico/core';
import type { IdentityFields } from '../../policies/credentials.policy.ts';

/** Adds header fields to a flat list. */
export type IdentityWriter = (headers: string[], principal: Principal) => void;

/** Characters of the longest value: half of what a field may take at servers with the usual limit (8 KB). */
const LONGEST_VALUE = 4_096;
/** All but visible ASCII, and what stands for something else in a value. */
const TO_ENCODE = /[^\x21-\x7e]+|[%,]/gu;

/**
 * Prepares the fields that tell an upstream who the user is. Texts, numbers, booleans and lists of them are sent, lists with
 * commas between; a claim that is missing or of another form is not, as if the user did not have it. What is not visible ASCII,
 * `%` and `,` are percent-encoded (UTF-8, RFC 3986 2.1) rather than refused: names in any script get through, no value can end
 * its field or become two, and splitting at commas, then `decodeURIComponent`, gives the claim back. Made once for each principal.
 *
 * A claim that cannot be told in full is `forbidden`: too long, or not well-formed Unicode. Cut, it would name somebody else.
 */
export function identityWriter(fields: IdentityFields): IdentityWriter | undefined {
  const entries = Object.entries(fields);
  if (entries.length === 0) return undefined;
  const known = new WeakMap<Principal, readonly string[]>();
  return (headers, principal) => {
    let own = known.get(principal);
    if (own === undefined) known.set(principal, (own = fieldsOf(entries, principal)));
    for (let i = 0; i < own.length; i++) headers.push(own[i]!);
  };
}

function fieldsOf(entries: ReadonlyArray<[name: string, claim: string]>, principal: Principal): readonly string[] {
  return entries.flatMap(([name, claim]) => {
    const value = encode(claimOf(principal, claim), claim);
    return value === undefined ? [] : [name, value];
  });
}

function claimOf(principal: Principal, claim: string): unknown {
  switch (claim) {
    case 'sub':
      return principal.subject;
    case 'iss':
      return principal.issuer;
    case 'roles':
      return [...principal.roles];
    case 'scopes':
      return [...principal.scopes];
    default:
      return Object.hasOwn(principal.claims, claim) ? principal.claims[claim] : undefined;
  }
}

function encode(value: unknown, claim: string): string | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map(textOf);
  if (texts.length === 0 || texts.includes(undefined)) return undefined;
  let encoded: string;
  try {
    encoded = texts.map((text) => text!.replace(TO_ENCODE, encodeURIComponent)).join(',');
  } catch {
    throw untellable(claim, 'is not well-formed Unicode');
  }
  if (encoded.length > LONGEST_VALUE) throw untellable(claim, 'is too long for a header field');
  return encoded;
}

/** Undefined for what has no form in a header field, the empty text too. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
    ? String(value)
    : undefined;
}

function untellable(claim: string, problem: string): BffError {
  return new BffError('forbidden', { detail: `The claim "${claim}" of this login ${problem}.` });
}
