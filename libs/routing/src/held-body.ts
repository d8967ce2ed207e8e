import { BffError, type RequestContext } from '@portico/core';
import type { RequestBody } from './request-body.ts';

/** Bytes of the largest body that is read whole before its call begins. */
const HOLD_BYTES = 64 * 1024;
const FIRST_BYTES = 1024;

/**
 * Reads a small body whole, so that a client that sends slowly holds no connection to the upstream, and so that the call can be
 * sent once more when it may be. Larger bodies, and those that do not say how large they are, stay streams.
 *
 * @throws BffError the body's own, or why the request was given up; `request-timeout` when the client let the deadline pass
 */
export async function holdSmallBody(body: RequestBody, ctx: RequestContext): Promise<Uint8Array | RequestBody> {
  if (body.length === undefined || Number(body.length) > HOLD_BYTES) return body;
  const giveUp = (reason: BffError): void => {
    const isClientLate = reason.code === 'deadline-exceeded';
    body.destroy(isClientLate ? new BffError('request-timeout', { cause: reason }) : reason);
  };
  ctx.onAbort(giveUp);
  try {
    return await readAll(body);
  } finally {
    ctx.offAbort(giveUp);
  }
}

/** Into one buffer that grows with what has come: neither single bytes nor an announced length cost more than they bring. */
async function readAll(body: RequestBody): Promise<Uint8Array> {
  let held = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  for await (const piece of body) {
    const chunk = piece as Buffer;
    if (length + chunk.length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(held.length * 2, length + chunk.length));
      held.copy(larger, 0, 0, length);
      held = larger;
    }
    chunk.copy(held, length);
    length += chunk.length;
  }
  return held.subarray(0, length);
}
