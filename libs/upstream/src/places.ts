import { Slots } from './gates/bulkhead/slots.ts';
import type { UpstreamSettings } from './settings.ts';
import { type LongCalls, openLongCalls } from './transfers/long-calls.ts';

/** All places of an upstream: those of calls that last, and those of all others. */
export interface Places extends LongCalls {
  /** Undefined when the upstream has no bulkhead. */
  readonly slots: Slots | undefined;
}

/** The places that an upstream's settings give. */
export function openPlaces(settings: UpstreamSettings): Places {
  const { bulkhead, name } = settings;
  return { ...openLongCalls(settings), slots: bulkhead ? new Slots(bulkhead, name) : undefined };
}
