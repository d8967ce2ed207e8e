import { BffError, type BffErrorCode } from '@portico/core';
import { type CallRefusedEvent, events } from '../events.ts';

/** What a call that is not sent fails with, by the gate that refused it. */
const CODES: Readonly<Record<CallRefusedEvent['by'], BffErrorCode>> = {
  breaker: 'upstream-circuit-open',
  transfers: 'upstream-saturated',
  bulkhead: 'upstream-saturated',
  'concurrency-limit': 'upstream-saturated',
};

/**
 * The failure of a call that is not sent, to protect the gateway or the upstream; tells subscribers too.
 *
 * @param wait milliseconds after which it may be tried again, which the client is told in whole seconds, at least one
 */
export function refusal(upstream: string, by: CallRefusedEvent['by'], wait: number): BffError {
  if (events.refused.hasSubscribers) events.refused.publish({ upstream, by } satisfies CallRefusedEvent);
  const seconds = Math.max(1, Math.ceil(wait / 1_000));
  return new BffError(CODES[by], { upstream, headers: { 'retry-after': String(seconds) } });
}
