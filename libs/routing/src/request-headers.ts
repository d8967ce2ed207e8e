import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '@portico/core';
import { addForwarded } from './forwarded.ts';
import { CONTENT_FIELDS, DEFAULT_REQUEST_HEADERS } from './header-names.ts';
import { takesBody } from '@portico/http';
import type { HeaderRules } from './route.ts';

/** Makes the header list for the upstream from the client's request. */
export type RequestHeaderWriter = (raw: IncomingMessage, ctx: RequestContext) => string[];

/** What a route's request headers are made of beside its rules. */
export interface RequestHeaderOptions {
  /** Name of this BFF, as `Via` shows it. */
  readonly name: string;
  /** See `forwardedPrefixOf`. */
  readonly prefix: string | undefined;
}

/**
 * Prepares a route's request headers. What `Connection` lists is taken out of the client's fields before the gateway
 * adds its own, so a client cannot name ours away (GHSA of fastify-reply-from, fixed in 12.6.2). Where the body stays behind,
 * what describes it does too: a digest of bytes that are not there would be wrong.
 *
 * @param rules what the route changes of the default
 */
export function compileRequestHeaders(
  rules: HeaderRules | undefined,
  { name, prefix }: RequestHeaderOptions,
): RequestHeaderWriter {
  const { allowed: withContent, fixed } = compileRules(DEFAULT_REQUEST_HEADERS, rules);
  const withoutContent = new Set([...withContent].filter((field) => !CONTENT_FIELDS.has(field)));
  const own = `1.1 ${name}`;
  return (raw, ctx) => {
    const allowed = takesBody(raw.method!) ? withContent : withoutContent;
    const client = raw.headers;
    const listed = connectionList(client.connection);
    const headers: string[] = [];
    for (const field in client) {
      if (!allowed.has(field) || (listed !== undefined && listed.has(field))) continue;
      headers.push(field, client[field] as string);
    }
    for (let i = 0; i < fixed.length; i++) headers.push(fixed[i]!);
    const via = raw.httpVersionMinor === 1 ? own : `1.0 ${name}`;
    headers.push('via', client.via === undefined ? via : `${client.via}, ${via}`);
    addForwarded(headers, ctx, prefix);
    return headers;
  };
}

/** The names that pass and the fields that are set, from a default list and a route's rules. */
export function compileRules(
  defaults: readonly string[],
  rules: HeaderRules | undefined,
): { allowed: ReadonlySet<string>; fixed: readonly string[] } {
  const allowed = new Set(defaults);
  const fixed: string[] = [];
  for (const field of rules?.allow ?? []) allowed.add(field.toLowerCase());
  for (const field of rules?.remove ?? []) allowed.delete(field.toLowerCase());
  for (const [field, value] of Object.entries(rules?.set ?? {})) {
    allowed.delete(field.toLowerCase());
    fixed.push(field.toLowerCase(), value);
  }
  return { allowed, fixed };
}

function connectionList(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
