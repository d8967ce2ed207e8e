import { BffError } from '@portico/core';
import type { Door } from '../guard/door.ts';
import type { Denial } from './compile-access.ts';

/**
 * A denial as the client of a door is answered: RFC 6750 3.1 and RFC 9470 3 for bearer tokens; for browsers where to log in
 * with what is asked for.
 */
export function denialError({ code, detail, scopes, acr, maxAge }: Denial, door: Door): BffError {
  if (code === 'step-up-required') {
    const error = 'insufficient_user_authentication';
    return new BffError(code, { detail, ...door.challenge({ code: error, description: detail, acr, maxAge }) });
  }
  if (!scopes) return new BffError(code, { detail });
  // Another login would bring the same scopes, so a page is not sent there.
  const { headers } = door.challenge({ code: 'insufficient_scope', description: detail, scope: scopes.join(' ') });
  return new BffError(code, { detail, ...(headers && { headers }) });
}
