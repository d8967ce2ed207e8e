import { BffError } from '@portico/core';
import type { Door } from '../guard/door.ts';
import type { Denial } from './compile-access.ts';

/**
 * A denial as the client of a door is answered: RFC 6750 3.1 and RFC 9470 3 for bearer tokens; for browsers where to log in
 * with what is asked for.
 */
export function denialError(denial: Denial, door: Door): BffError {
  const { code, detail, scopes } = denial;
  if (code === 'step-up-required') return stepUpError(denial, door);
  if (!scopes) return new BffError(code, { detail });
  const { headers } = door.challenge({ code: 'insufficient_scope', scope: scopes.join(' '), description: detail });
  return new BffError(code, { detail, ...(headers && { headers }) });
}

function stepUpError({ code, detail, acr, maxAge }: Denial, door: Door): BffError {
  const wanted = new URLSearchParams({
    ...(acr && { acr_values: acr.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
  });
  const { headers, login } = door.challenge({ code: 'insufficient_user_authentication', description: detail });
  const challenge = headers?.['www-authenticate'];
  const parameters = [...wanted].map(([name, value]) => `, ${name}=${quoted(value)}`).join('');
  return new BffError(code, {
    detail,
    ...(login !== undefined && { login: `${login}?${wanted}` }),
    ...(challenge !== undefined && { headers: { ...headers, 'www-authenticate': challenge + parameters } }),
  });
}

/** A quoted-string of RFC 9110 5.6.4 in printable ASCII. */
export function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/[\\"]/g, '\\$&')}"`;
}
