import { channel } from 'node:diagnostics_channel';
import type { BffError } from '@portico/core';

/** A circuit breaker lets all calls through, none, or a few to see. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Message of `portico.upstream.instance`: an instance joined, left, or changed its state. */
export interface InstanceEvent {
  readonly upstream: string;
  /** As its source names it. */
  readonly instance: string;
  /** `host:port`. */
  readonly address: string;
  readonly state: 'joined' | 'healthy' | 'withdrawn' | 'unhealthy' | 'failing-probes' | 'ejected' | 'gone';
  /** One sentence. */
  readonly reason: string;
}

/** Message of `portico.upstream.traffic`: who of an upstream's instances may get calls is out of the ordinary, or is again as usual. */
export interface TrafficEvent {
  readonly upstream: string;
  /**
   * `normal`: the healthy ones; `spare`: the healthy ones of a later priority; `panic`: so few are healthy that those that fail get calls too; `none`: none may get any, because
   * all were taken out of service, or because panic is switched off.
   */
  readonly state: 'normal' | 'spare' | 'panic' | 'none';
  /** One sentence. */
  readonly reason: string;
}

/** Message of `portico.upstream.breaker`: a circuit breaker changed its state. */
export interface BreakerEvent {
  readonly upstream: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly reason: string;
}

/** Message of `portico.upstream.attempt`: a call is sent once more, or is not because the budget is used up. */
export interface AttemptEvent {
  readonly upstream: string;
  readonly kind: 'retry' | 'hedge';
  readonly allowed: boolean;
  /** Code or status of the failure before; `slow` before a hedge. */
  readonly after: string;
}

/** Message of `portico.upstream.refused`: a call was not sent, to protect the gateway or the upstream. */
export interface CallRefusedEvent {
  readonly upstream: string;
  readonly by: 'breaker' | 'transfers' | 'bulkhead' | 'concurrency-limit';
}

/** Message of `portico.upstream.fallback`: a client got something else than the upstream's answer. */
export interface FallbackEvent {
  readonly upstream: string;
  readonly source: 'last-good' | 'answer';
  /** Code or status of the failure. */
  readonly instead: string;
  /** The failure; undefined when the upstream answered, with the status `instead`. */
  readonly failure: BffError | undefined;
  /** Of the client's request. */
  readonly requestId: string;
}

/** What upstreams tell whoever subscribes through `node:diagnostics_channel`; publish only when `hasSubscribers`. */
export const events = {
  instance: channel('portico.upstream.instance'),
  traffic: channel('portico.upstream.traffic'),
  breaker: channel('portico.upstream.breaker'),
  attempt: channel('portico.upstream.attempt'),
  refused: channel('portico.upstream.refused'),
  fallback: channel('portico.upstream.fallback'),
};
