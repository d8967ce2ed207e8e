import type { Readable } from 'node:stream';
import type { RequestContext } from '@portico/core';
import type { PagePlaces } from './admission/page-places.ts';
import type { UpstreamInstance } from './instances/upstream-instance.ts';

/** One call to an upstream, as the stages see it. */
export interface UpstreamRequest {
  readonly method: string;
  /** Origin-form target (RFC 9112 3.2.1): path and query, percent-encoded, sent byte for byte. */
  readonly target: string;
  /** Flat list `name, value, name, value ...`; names in lower case, at most once each. Stages add to it: give every call its own. */
  readonly headers: string[];
  /**
   * Bytes are sent with their length, pieces in a list in chunks (RFC 9112 7.1). A stream is sent as it comes, with back-pressure,
   * and can be sent only once.
   */
  readonly body?: Uint8Array | readonly Uint8Array[] | Readable | undefined;
  /**
   * What becomes of the answer's body. Unset: held in memory when it is complete 50 ms after its head and not larger than 64 KB,
   * else a stream; an event stream is one from its head. A number: always held, and the call fails with
   * `upstream-body-too-large` beyond that many bytes (what an aggregate wants).
   */
  readonly holdUpTo?: number | undefined;
  /** The route says that it may be sent twice whatever its method. Unset: GET, HEAD, OPTIONS, PUT and DELETE may. */
  readonly idempotent?: boolean | undefined;
  /** The places of the page that it is a call of. Unset: it is a call by itself, and waits for a place with all others. */
  readonly places?: PagePlaces | undefined;
  /** The instance that the last attempt went to, undefined if a gate refused it before; `balance` writes it. */
  instance?: UpstreamInstance | undefined;
  /** Instances that earlier attempts went to, to be left alone as long as there is another one. */
  avoid?: readonly UpstreamInstance[] | undefined;
}

/** A body in memory: the chunks as they came, not joined. */
export interface HeldBody {
  readonly chunks: readonly Uint8Array[];
  /** Sum of the chunks in bytes. */
  readonly length: number;
}

/** The answer of an upstream after hygiene: framing and hop-by-hop fields are gone, 1xx answers were skipped. */
export interface UpstreamResponse {
  /** 200 to 599. */
  readonly status: number;
  /** Flat list `name, value, ...`; names in lower case, repeated fields stay repeated. `content-length` is kept as sent. */
  readonly headers: readonly string[];
  /** Held when small and quick, a stream with back-pressure when not; a stream must be read to its end or destroyed. */
  readonly body: HeldBody | Readable;
}

/** Calls an upstream. Rejects with a BffError only. */
export type Send = (request: UpstreamRequest, ctx: RequestContext) => Promise<UpstreamResponse>;

/** One concern of the outbound pipeline, put around the next one at boot. */
export type Stage = (next: Send) => Send;

/** The value of a header in a flat list, the first one if it is repeated. `name` in lower case. */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
  return undefined;
}

/**
 * Calls `done` once an answer takes nothing of its upstream any more: at once when it is held, else when its stream has
 * ended or broken. For gates that count what is under way.
 */
export function whenTaken({ body }: UpstreamResponse, done: () => void): void {
  if ('chunks' in body) done();
  else if (body.destroyed) done();
  else body.once('close', done);
}
