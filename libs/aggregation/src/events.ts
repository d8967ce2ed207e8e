import { channel } from 'node:diagnostics_channel';
import type { BffError } from '@portico/core';

/** Message of `portico.aggregation.part-failed`: a part of a view failed; something stands in its place, or the view fails with it. */
export interface PartFailedEvent {
  /** Template of the view's route. */
  readonly route: string | undefined;
  readonly requestId: string;
  readonly traceId: string;
  readonly part: string;
  /** A required part takes the whole view with it, whose failure the request's own line tells. */
  readonly required: boolean;
  /** The upstream that was asked, when it came to that. */
  readonly upstream: string | undefined;
  /** Code, detail and causes. */
  readonly error: BffError;
  /** It is an exception of the BFF's own code (a part's function, a shape), to be counted apart from what upstreams do. */
  readonly isOwn: boolean;
}

/** What views tell whoever subscribes through `node:diagnostics_channel`; publish only when `hasSubscribers`. */
export const events = { partFailed: channel('portico.aggregation.part-failed') };
