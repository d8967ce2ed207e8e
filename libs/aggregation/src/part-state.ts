import type { BffErrorCode } from '@portico/core';

/**
 * What stands in the answer for a part, the word a client reads in `x-portico-parts`:
 *
 * - `ok`: what its upstream answered
 * - `timeout`: there was no answer in time; `otherwise` (or `null`) stands in its place
 * - `skipped`: it was not asked, because a part it needs is missing; `otherwise` (or `null`) stands in its place
 * - `fallback`: it failed for another reason and its `otherwise`, or the `fallback` of its upstream, stands in its place
 * - `unavailable`, `invalid`, `error`: it failed, has no `otherwise`, and `null` stands in its place, because the upstream
 *   could not be reached or was busy (`unavailable`), did not send usable JSON (`invalid`), or anything else (`error`)
 *
 * The error code behind a state is the `desc` of the part in `server-timing`.
 */
export type PartState = 'ok' | 'timeout' | 'skipped' | 'fallback' | 'unavailable' | 'invalid' | 'error';

const STATE_OF: Partial<Record<BffErrorCode, PartState>> = {
  'deadline-exceeded': 'timeout',
  'upstream-timeout': 'timeout',
  'upstream-connect-timeout': 'timeout',
  'upstream-body-timeout': 'timeout',
  'upstream-connect': 'unavailable',
  'upstream-unavailable': 'unavailable',
  'upstream-circuit-open': 'unavailable',
  'upstream-saturated': 'unavailable',
  'gateway-exhausted': 'unavailable',
  'upstream-body-invalid': 'invalid',
  'upstream-body-too-large': 'invalid',
};

/** The state of an optional part that failed with `code`. */
export function stateOfFailure(code: BffErrorCode, hasOtherwise: boolean): PartState {
  const state = STATE_OF[code] ?? 'error';
  return hasOtherwise && state !== 'timeout' ? 'fallback' : state;
}
