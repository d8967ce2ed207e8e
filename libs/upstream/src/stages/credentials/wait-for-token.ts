import type { BffError, RequestContext } from '@portico/core';

/**
 * Waits for a token as long as the request wants one. The token is asked for on: others may wait for the same.
 *
 * @throws BffError of the source; the reason, at once, when the request is given up meanwhile
 */
export function waitForToken(token: Promise<string>, ctx: RequestContext): Promise<string> {
  return new Promise((resolve, reject) => {
    ctx.onAbort(reject as (reason: BffError) => void);
    token.then(resolve, reject).finally(() => ctx.offAbort(reject));
  });
}
