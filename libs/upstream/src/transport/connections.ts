import type { Dispatcher } from 'undici';
import type { UpstreamRequest } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import type { LongCalls } from '../transfers/long-calls.ts';
import type { AfterTurn } from './after-turn.ts';
import type { ConnectionPlaces } from './connection-places.ts';

/** The connections that an exchange is to get one of. */
export interface Connections {
  readonly settings: UpstreamSettings;
  readonly places: ConnectionPlaces;
  readonly longCalls: LongCalls;
  readonly afterTurn: AfterTurn;
  /** Hands a request to undici. */
  dispatch(request: UpstreamRequest, handler: Dispatcher.DispatchHandler): void;
}
