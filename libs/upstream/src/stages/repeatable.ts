import { Readable } from 'node:stream';
import type { UpstreamRequest } from '../send.ts';

/** Methods that change nothing more when they are done twice (RFC 9110 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether a call may be sent twice: by its method, unless its route says otherwise. */
export function isIdempotent({ idempotent, method }: UpstreamRequest): boolean {
  return idempotent ?? IDEMPOTENT.has(method);
}

/** Whether a call can be sent twice at all: a stream is gone once it was sent, or half sent. */
export function hasLastingBody({ body }: UpstreamRequest): boolean {
  return !(body instanceof Readable);
}
