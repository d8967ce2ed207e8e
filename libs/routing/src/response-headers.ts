import { DEFAULT_RESPONSE_HEADERS } from './header-names.ts';
import type { LocationRewriter } from './location.ts';
import { compileRules } from './request-headers.ts';
import type { PathRewriter } from './rewrite.ts';
import type { HeaderRules } from './route.ts';
import { rewriteSetCookie } from './set-cookie.ts';

/** Makes the header list for the client, without framing, from the upstream's. */
export type ResponseHeaderWriter = (headers: readonly string[]) => string[];

/** What a route does to an upstream's header fields. */
export interface ResponseHeaderOptions {
  readonly rules: HeaderRules | undefined;
  readonly location: LocationRewriter;
  readonly rewrite: PathRewriter;
}

/**
 * Prepares a route's response headers. Repeated fields stay repeated and in order. There is no `Via`: a gateway may leave
 * it out of answers (RFC 9110 7.6.3), and what stands behind it is not the client's business.
 */
export function compileResponseHeaders(options: ResponseHeaderOptions): ResponseHeaderWriter {
  const { location, rewrite } = options;
  const { allowed, fixed } = compileRules(DEFAULT_RESPONSE_HEADERS, options.rules);
  return (received) => {
    const headers: string[] = [];
    for (let i = 0; i < received.length; i += 2) {
      const name = received[i]!;
      const value = received[i + 1]!;
      if (!allowed.has(name)) continue;
      if (name === 'location') {
        const target = location(value);
        if (target !== undefined) headers.push(name, target);
      } else if (name === 'set-cookie') {
        const cookie = rewriteSetCookie(value, rewrite);
        if (cookie !== undefined) headers.push(name, cookie);
      } else headers.push(name, value);
    }
    for (let i = 0; i < fixed.length; i++) headers.push(fixed[i]!);
    return headers;
  };
}
