import type { RequestContext } from '@portico/core';

/**
 * Whether nobody wants the answer any more, for another reason than that it is late: the client left, or what the call was
 * made for has failed. Calls then fail with the code of that reason, which may be a failure of another upstream.
 */
export function isGivenUp({ aborted }: RequestContext): boolean {
  return aborted !== undefined && aborted.code !== 'deadline-exceeded';
}
