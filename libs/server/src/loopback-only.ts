import { BffError } from '@portico/core';
import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

function isOfThisMachine(origin: string): boolean {
  return LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
}

/**
 * Fastify hook of a BFF without login: whoever reaches loopback may call it, and so could any page in a browser on this
 * machine, by a form or by a name that it lets point to 127.0.0.1 (DNS rebinding). Host and Origin tell such pages apart.
 *
 * @throws BffError `origin-not-allowed`
 */
export function refuseForeignPages(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const { host = '', origin } = request.headers;
  const isOwn = LOOPBACK.test(host) && (origin === undefined || isOfThisMachine(origin));
  if (isOwn) done();
  else done(new BffError('origin-not-allowed', { detail: 'This BFF serves its own machine only.' }));
}
