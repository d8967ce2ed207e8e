import type { IncomingMessage } from 'node:http';
import { ALLOW } from './request-check.ts';

/**
 * The header fields of the BFF's own response to an OPTIONS request that asks about the server (`OPTIONS *`, RFC 9110
 * 9.3.7) or that may not be forwarded (`Max-Forwards: 0`, RFC 9110 7.6.2); undefined for any other request. `Allow` lists
 * what the server can serve, not what a route does.
 */
export function ownOptionsHeaders({ method, url, headers }: IncomingMessage): readonly string[] | undefined {
  if (method !== 'OPTIONS') return undefined;
  const forwards = headers['max-forwards'];
  if (url === '*' || (forwards !== undefined && /^0+$/.test(String(forwards)))) return ['allow', ALLOW];
  return undefined;
}
