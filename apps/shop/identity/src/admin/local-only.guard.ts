import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Problem } from '@portico/shop-kit';
import type { FastifyRequest } from 'fastify';
import { IdentitySettings, isLoopback } from '../identity-settings.ts';

const LOCAL_ADDRESSES = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
/** A browser or a proxy stands between, and speaks for somebody else. */
const FOREIGN_HEADERS = ['origin', 'sec-fetch-site', 'forwarded', 'x-forwarded-for', 'via'];

/**
 * Lets only programs of this machine through: the socket and the host named are on loopback, and neither browser nor proxy asks. Nobody
 * where others reach the issuer: it has a proxy before it then, and not every proxy says in a field that it is one.
 */
@Injectable()
export class LocalOnlyGuard implements CanActivate {
  constructor(private readonly settings: IdentitySettings) {}

  /** @throws Problem 403 for all others */
  canActivate(context: ExecutionContext): boolean {
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const { host = '' } = raw.headers;
    const isLocal = LOCAL_ADDRESSES.has(raw.socket.remoteAddress ?? '') && isLoopback(host.replace(/:\d+$/, ''));
    if (this.settings.isLocal && isLocal && FOREIGN_HEADERS.every((name) => raw.headers[name] === undefined))
      return true;
    throw new Problem(403, 'Only programs of this machine may administer.');
  }
}
