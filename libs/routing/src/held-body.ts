import { BffError, type RequestContext } from '@portico/core';
import type { Upload, Uploads } from './uploads.ts';

/** Bytes of the largest body that is read whole before its call begins. */
const HOLD_BYTES = 256 * 1024;

/** A body in memory: with a length as bytes, without one as pieces that are sent in chunks again. */
export type WholeBody = Uint8Array | readonly Uint8Array[];

/**
 * Reads a body whole, so that a client that sends slowly holds no connection to the upstream, and so that the call can be sent once
 * more when it may be. Larger ones stay streams: those that say how large they are at once, others with what was read so far.
 *
 * @returns undefined when the body is to be sent as a stream
 * @throws BffError the body's own, or why the request was given up; `request-timeout` when the client let the deadline pass
 */
export async function holdBody(upload: Upload, uploads: Uploads, ctx: RequestContext): Promise<WholeBody | undefined> {
  const { body } = upload;
  if (Number(body.length ?? 0) > HOLD_BYTES) return undefined;
  const giveUp = (reason: BffError): void => {
    const isClientLate = reason.code === 'deadline-exceeded';
    body.destroy(isClientLate ? new BffError('request-timeout', { cause: reason }) : reason);
  };
  ctx.onAbort(giveUp);
  try {
    const held = await body.hold(HOLD_BYTES, (bytes) => uploads.hold(upload, bytes));
    if (held === undefined || body.length !== undefined) return held;
    return held.length === 0 ? [] : [held];
  } finally {
    ctx.offAbort(giveUp);
  }
}
