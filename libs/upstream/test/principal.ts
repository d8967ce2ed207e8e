import type { Principal } from '@portico/core';

/** A user, with what a test says of them beside the name. */
export function testPrincipal(subject: string, about: Partial<Principal> = {}): Principal {
  return Object.freeze({
    id: `https://id.test ${subject}`,
    issuer: 'https://id.test',
    subject,
    door: 'session',
    clientId: 'web-bff',
    roles: new Set<string>(),
    scopes: new Set<string>(),
    acr: undefined,
    authTime: undefined,
    claims: {},
    session: undefined,
    ...about,
  });
}
