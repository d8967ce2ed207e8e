import type { UpstreamSettings } from '../settings.ts';
import { EventStreams } from './event-streams.ts';
import { Transfers } from './transfers.ts';

/** The places of an upstream's calls that last: apart from its connections for all others, so that those are always to be had. */
export interface LongCalls {
  readonly transfers: Transfers;
  readonly eventStreams: EventStreams;
}

/** The places that an upstream's settings give to calls that last. */
export function openLongCalls({ transfers, eventStreams }: UpstreamSettings): LongCalls {
  return { transfers: new Transfers(transfers), eventStreams: new EventStreams(eventStreams) };
}
