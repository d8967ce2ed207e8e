import type { CanActivate } from '@nestjs/common';
import { contextOf, ENFORCES_ACCESS, type Principal, type TokenSource } from '@portico/core';
import type { FastifyRequest } from 'fastify';

/** A door that takes whoever a request says it comes from (`x-test-user`), and gives its context tokens. */
export function openDoor(tokens: TokenSource, about: Partial<Principal> = {}): CanActivate {
  const door = {
    [ENFORCES_ACCESS]: true,
    canActivate: (context: Parameters<CanActivate['canActivate']>[0]): boolean => {
      const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
      const ctx = contextOf(raw);
      const user = raw.headers['x-test-user'];
      ctx.tokens = tokens;
      if (typeof user === 'string') ctx.principal = principalOf(user, about);
      return true;
    },
  };
  return door;
}

function principalOf(subject: string, about: Partial<Principal>): Principal {
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
    session: 'a-session',
    ...about,
  });
}
