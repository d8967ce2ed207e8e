import type { Client } from '@portico/core';
import { DEFAULT_RESPONSE_HEADERS } from './header-names.ts';
import { rewriteLink } from './link.ts';
import type { LocationRewriter } from './location.ts';
import { compileRules } from './request-headers.ts';
import type { PathRewriter } from './rewrite.ts';
import type { HeaderRules } from './route.ts';
import { rewriteSetCookie } from './set-cookie.ts';

/** Makes the header list for the client, without framing, from the upstream's. */
export type ResponseHeaderWriter = (headers: readonly string[], client: Client) => string[];

/** What a route does to an upstream's header fields. */
export interface ResponseHeaderOptions {
  readonly rules: HeaderRules | undefined;
  readonly location: LocationRewriter;
  /** See `compileCookiePath`. */
  readonly cookiePath: PathRewriter;
}

/** What becomes of a field's value; undefined: the field is left out. */
type ValueWriter = (value: string, client: Client) => string | undefined;

/**
 * Prepares a route's response headers. Fields that speak of addresses are rewritten wherever a route lets them pass. Repeated
 * fields stay repeated and in order. There is no `Via`: a gateway may leave it out of answers (RFC 9110 7.6.3), and what
 * stands behind it is not the client's business.
 */
export function compileResponseHeaders({ rules, location, cookiePath }: ResponseHeaderOptions): ResponseHeaderWriter {
  const { allowed, fixed } = compileRules(DEFAULT_RESPONSE_HEADERS, rules);
  const writers: Readonly<Record<string, ValueWriter>> = {
    location,
    'content-location': location,
    link: (value, client) => rewriteLink(value, location, client),
    'set-cookie': (value) => rewriteSetCookie(value, cookiePath),
  };
  /** Undefined for what does not pass, null for what passes as it is: one look-up for each field. */
  const passing = new Map([...allowed].map((name) => [name, writers[name] ?? null]));
  return (received, client) => {
    const headers: string[] = [];
    for (let i = 0; i < received.length; i += 2) {
      const writer = passing.get(received[i]!);
      if (writer === undefined) continue;
      const value = writer === null ? received[i + 1]! : writer(received[i + 1]!, client);
      if (value !== undefined) headers.push(received[i]!, value);
    }
    for (let i = 0; i < fixed.length; i++) headers.push(fixed[i]!);
    return headers;
  };
}
