import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, Pieces, type RequestContext } from '@portico/core';
import type { Dispatcher } from 'undici';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { isEventStream } from '../transfers/event-streams.ts';
import type { LookedAtLater } from './after-turn.ts';
import { BodyStream } from './body-stream.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { toBffError } from './error-codes.ts';
import { Lease, type Leaseholder } from './lease.ts';
import { readHead, type ResponseHead } from './response-head.ts';
import { type Phase, saturated, Watch, type Watched } from './watch.ts';

/** Bodies up to this many bytes are held and passed on in one piece. */
const HOLD_BYTES = 64 * 1024;
/** Interim answers (1xx) before we stop believing in a final one. */
const MAX_INTERIM = 16;
/** Tells undici to leave out a request that nobody waits for any more. */
const GIVEN_UP = new Error('given up before it was sent');

/** The two ends of the promise that an exchange settles. */
interface Settlers {
  resolve(response: UpstreamResponse): void;
  reject(error: BffError): void;
}

/**
 * One request and its answer on an undici connection: holds small bodies, streams what is large or takes long, and ends
 * early when the client leaves, the deadline passes, or the upstream is silent too long or too talkative.
 */
export class Exchange implements Dispatcher.DispatchHandler, Leaseholder, LookedAtLater, Watched {
  /** True once the promise behind this exchange is resolved or rejected. */
  settled = false;
  phase: Phase = 'queued';
  /** Bytes of the answer's body so far. */
  received = 0;
  /** The answer's body, once it is streamed. */
  stream: BodyStream | undefined;
  ended = false;
  readonly lease: Lease;
  /** The connection that it was given. */
  connection: Connection | undefined;

  private cut: ((error?: Error) => void) | undefined;
  private head: ResponseHead | undefined;
  private readonly pieces = new Pieces();
  private resume: (() => void) | undefined;
  private interim = 0;
  private readonly settings: UpstreamSettings;
  private readonly watch: Watch;

  constructor(
    private readonly connections: Connections,
    readonly request: UpstreamRequest,
    readonly ctx: RequestContext,
    private readonly promise: Settlers,
  ) {
    const { settings } = connections;
    this.settings = settings;
    this.lease = new Lease(connections.places, connections.longCalls, this);
    this.watch = new Watch(this, settings, ctx.clock);
    ctx.onAbort(this.giveUp);
  }

  /** Sends the request, now or when its turn comes. */
  begin(): void {
    if (this.settled) return;
    this.watch.start();
    if (this.lease.begin(this.request.body instanceof Readable)) this.dispatch();
  }

  /** Its turn has come. */
  go(): void {
    this.watch.touch();
    this.dispatch();
  }

  /** Its place is another client's now. */
  giveWay(): void {
    this.fail('client-too-slow', 'its place went to another client');
  }

  /** A connection is free and the request about to be written. Throwing drops the request; `abort()` would cut the connection. */
  onConnect(abort: (error?: Error) => void): void {
    if (this.ended) throw GIVEN_UP;
    this.cut = abort;
    this.phase = 'sending';
    this.connection?.begin(Boolean(this.request.body));
  }

  onBodySent(): void {
    this.watch.touch();
  }

  onRequestSent(): void {
    if (this.phase === 'sending') this.phase = 'sent';
    this.watch.touch();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status >= 100 && status < 200) {
      if (status === 101) this.fail('upstream-framing', 'it switched protocols unasked');
      else if (++this.interim > MAX_INTERIM) this.fail('upstream-framing', 'it sent too many interim answers');
      return true;
    }
    const head = readHead(status, raw, this.connection?.isHttp10 === true);
    if (typeof head === 'string') {
      this.fail('upstream-framing', head);
      return true;
    }
    this.head = head;
    this.phase = 'holding';
    this.resume = resume;
    this.watch.touchHead();
    // A 304 may announce the length of the body it does not have (RFC 9110 8.6); undici would call that a mismatch.
    if (status === 304) {
      this.onComplete();
      return true;
    }
    return this.expectBody(this.request.method === 'HEAD' ? 0 : (head.contentLength ?? 0));
  }

  onData(chunk: Buffer): boolean {
    if (this.ended) return true;
    this.received += chunk.length;
    this.watch.touch();
    if (this.isTooMuch(this.received)) return true;
    const isCrowded = this.pieces.add(chunk);
    const wantsMore = this.takesPiece(chunk.length);
    if (isCrowded) setImmediate(this.goOn);
    return wantsMore && !isCrowded;
  }

  onComplete(): void {
    if (this.ended) return;
    this.stream?.passOn();
    this.end();
    if (this.stream) this.stream.push(null);
    else {
      this.settled = true;
      this.promise.resolve({
        status: this.head!.status,
        headers: this.head!.headers,
        body: { chunks: this.pieces.take(), length: this.received },
      });
    }
    this.lease.end();
  }

  onError(error: Error): void {
    if (!this.ended) this.finishWith(toBffError(error, this.settings.name, this.cut !== undefined));
  }

  /** The answer was not complete when its head came. */
  afterTurn(): void {
    if (this.ended || this.stream) return;
    if (isEventStream(this.head!)) this.startStream();
    else this.watch.expectSoon();
  }

  private dispatch(): void {
    this.phase = 'connecting';
    this.connections.dispatch(this.request, this);
  }

  private expectBody(announced: number): boolean {
    if (this.isTooMuch(announced)) return true;
    if (this.isForStream(announced)) return this.startStream();
    if (this.request.holdUpTo === undefined) this.connections.afterTurn.add(this);
    return true;
  }

  private isTooMuch(length: number): boolean {
    if (length <= this.settings.maxResponseBytes && length <= (this.request.holdUpTo ?? Infinity)) return false;
    this.fail('upstream-body-too-large');
    return true;
  }

  private isForStream(length: number): boolean {
    return length > HOLD_BYTES && this.request.holdUpTo === undefined;
  }

  /** Whether the parser may go on after a piece of so many bytes. */
  private takesPiece(length: number): boolean {
    if (!this.stream) return this.isForStream(this.received) ? this.startStream() : true;
    this.stream.passSoon(length);
    return !this.stream.waiting;
  }

  private readonly goOn = (): void => {
    if (!this.ended && !this.stream?.waiting) this.resume!();
  };

  /** Answers with a stream that starts with what was received so far. */
  startStream(): boolean {
    this.phase = isEventStream(this.head!) ? 'event-stream' : 'streaming';
    if (this.phase === 'event-stream' && !this.lease.becomeEventStream()) {
      this.finishWith(saturated(this.settings, `${this.settings.eventStreams} event streams`));
      return true;
    }
    const stream = (this.stream = new BodyStream(this.pieces, this.pull, this.abandon));
    if (this.lease.isLong) stream.moveApart();
    stream.passOn();
    this.watch.followStream();
    this.settled = true;
    this.promise.resolve({ status: this.head!.status, headers: this.head!.headers, body: stream });
    return !stream.waiting;
  }

  private readonly pull = (): void => {
    this.watch.touch();
    this.resume!();
  };

  private readonly abandon = (): void => {
    if (!this.ended) this.finishWith(new BffError('client-aborted', { upstream: this.settings.name }));
  };

  private readonly giveUp = (reason: BffError): void => {
    if (!this.ended) this.finishWith(new BffError(reason.code, { upstream: this.settings.name, cause: reason }));
  };

  /** Ends the exchange with a failure, unless it has ended. */
  fail(code: BffErrorCode, why?: string): void {
    if (this.ended) return;
    if (code === 'upstream-saturated')
      this.finishWith(saturated(this.settings, `${this.settings.connections} connections to the instance`));
    else this.finishWith(new BffError(code, { upstream: this.settings.name, cause: why }));
  }

  /** Ends the exchange with an error, whoever noticed it first: the connection is dropped and never reused. */
  private finishWith(error: BffError): void {
    this.end();
    if (this.stream) this.stream.destroy(error);
    else if (!this.settled) {
      this.settled = true;
      this.promise.reject(error);
    }
    this.cut?.(error);
    this.lease.end();
  }

  private end(): void {
    this.ended = true;
    if (this.cut) this.connection?.end();
    this.watch.stop();
    this.ctx.offAbort(this.giveUp);
  }
}
