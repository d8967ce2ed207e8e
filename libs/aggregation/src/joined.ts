import type { HeldBody } from '@portico/upstream';

/** The bytes of a body as one piece; no copy when they are. */
export function joined(body: HeldBody): Buffer {
  const only = body.chunks.length === 1 ? body.chunks[0]! : undefined;
  return only ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(body.chunks, body.length);
}
