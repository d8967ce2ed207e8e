import type { BffError, RequestContext } from '@portico/core';

/**
 * Waits on the request's clock.
 *
 * @param milliseconds how long; nothing is waited for 0
 * @throws BffError the reason, at once, when the request is given up meanwhile
 */
export function pause(milliseconds: number, ctx: RequestContext): Promise<void> {
  return new Promise((resolve, reject) => {
    if (milliseconds <= 0) return resolve();
    const giveUp = (reason: BffError): void => {
      timer.cancel();
      reject(reason);
    };
    const timer = ctx.clock.after(milliseconds, () => {
      ctx.offAbort(giveUp);
      resolve();
    });
    ctx.onAbort(giveUp);
  });
}
