import type { BffErrorCode } from '@portico/core';
import { type PartState, stateOfFailure } from './part-state.ts';

describe('the state of a part that failed', () => {
  it.each<[PartState, BffErrorCode[]]>([
    ['timeout', ['deadline-exceeded', 'upstream-timeout', 'upstream-connect-timeout', 'upstream-body-timeout']],
    ['unavailable', ['upstream-connect', 'upstream-unavailable', 'upstream-circuit-open', 'upstream-saturated']],
    ['invalid', ['upstream-body-invalid', 'upstream-body-too-large']],
    ['error', ['upstream-reset', 'upstream-framing', 'upstream-headers-too-large', 'upstream-status', 'internal']],
    [
      'error',
      ['resource-not-found', 'forbidden', 'session-ended', 'fan-out-exceeded', 'identity-provider-unavailable'],
    ],
  ])('is %s for %j, or the fallback that it has', (state, codes) => {
    for (const code of codes) {
      expect(stateOfFailure(code, false)).toBe(state);
      expect(stateOfFailure(code, true)).toBe(state === 'timeout' ? 'timeout' : 'fallback');
    }
  });
});
