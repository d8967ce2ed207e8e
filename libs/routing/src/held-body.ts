import type { RequestContext } from '@portico/core';
import { readWhole, type Upload, type Uploads } from '@portico/http';

/** Bytes of the largest body that is read whole before its call begins. */
const HOLD_BYTES = 256 * 1024;

/** A body in memory: with a length as bytes, without one as pieces that are sent in chunks again. */
export type WholeBody = Uint8Array | readonly Uint8Array[];

/**
 * Reads a body whole, so that a client that sends slowly holds no connection to the upstream, and so that the call can be sent once
 * more when it may be. Larger ones stay streams: those that say how large they are at once, others with what was read so far.
 *
 * @returns undefined when the body is to be sent as a stream
 * @throws BffError as `readWhole`
 */
export async function holdBody(upload: Upload, uploads: Uploads, ctx: RequestContext): Promise<WholeBody | undefined> {
  const { length } = upload.body;
  if (Number(length ?? 0) > HOLD_BYTES) return undefined;
  const held = await readWhole(upload, HOLD_BYTES, uploads, ctx);
  if (held === undefined || length !== undefined) return held;
  return held.length === 0 ? [] : [held];
}
