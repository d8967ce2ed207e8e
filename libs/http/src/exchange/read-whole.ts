import { BffError, type RequestContext } from '@portico/core';
import type { Upload, Uploads } from './uploads.ts';

/**
 * Reads a body whole, within the memory of all bodies and the time of its request. The memory stays counted until `Uploads.release`.
 *
 * @param most bytes
 * @returns undefined when there are more; the body can then be read as a stream from its start
 * @throws BffError the body's own, or why the request was given up; `request-timeout` when the client let the deadline pass
 */
export async function readWhole(
  upload: Upload,
  most: number,
  uploads: Uploads,
  ctx: RequestContext,
): Promise<Buffer | undefined> {
  const { body } = upload;
  const giveUp = (reason: BffError): void => {
    const isClientLate = reason.code === 'deadline-exceeded';
    body.destroy(isClientLate ? new BffError('request-timeout', { cause: reason }) : reason);
  };
  ctx.onAbort(giveUp);
  try {
    return await body.hold(most, (bytes) => uploads.hold(upload, bytes));
  } finally {
    ctx.offAbort(giveUp);
  }
}
