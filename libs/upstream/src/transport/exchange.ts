import { Readable } from 'node:stream';
import { BffError, Pieces, type RequestContext, SMALL_PIECE, type Timer } from '@portico/core';
import type { Dispatcher } from 'undici';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { BodyStream } from './body-stream.ts';
import type { Connection } from './connection.ts';
import { toBffError } from './error-codes.ts';
import { readHead, type ResponseHead } from './response-head.ts';

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

/** The connections that an exchange is to get one of. */
export interface Connections {
  readonly settings: UpstreamSettings;
  /** Whether as many are open as may be: a call that gets none then waits for other calls, not for the instance. */
  areAllOpen(): boolean;
}

/**
 * One request and its answer on an undici connection: holds small bodies, streams large ones, and ends early when the
 * client leaves, the deadline passes, or the upstream is silent too long or too talkative.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** True once the promise behind this exchange is resolved or rejected. */
  settled = false;
  /** The connection that it was given. */
  connection: Connection | undefined;

  private cut: ((error?: Error) => void) | undefined;
  private head: ResponseHead | undefined;
  private readonly pieces = new Pieces();
  private isPassing = false;
  private received = 0;
  private stream: BodyStream | undefined;
  private resume: (() => void) | undefined;
  private interim = 0;
  private sent = false;
  private ended = false;
  /** When the one we wait for last did something, or the wait began. */
  private lastActivity: number;
  private readonly settings: UpstreamSettings;
  private readonly period: number;
  private timer: Timer | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly request: UpstreamRequest,
    private readonly ctx: RequestContext,
    private readonly promise: Settlers,
  ) {
    const { settings } = connections;
    this.settings = settings;
    this.lastActivity = ctx.clock.now();
    this.period = Math.min(settings.connectTimeout, settings.headersTimeout, settings.bodyTimeout);
    ctx.onAbort(this.giveUp);
    if (!this.settled) this.watch(this.period);
  }

  /** A connection is free and the request about to be written. Throwing drops the request; `abort()` would cut the connection. */
  onConnect(abort: (error?: Error) => void): void {
    if (this.ended) throw GIVEN_UP;
    this.cut = abort;
    this.connection?.begin(Boolean(this.request.body));
  }

  onBodySent(): void {
    this.lastActivity = this.ctx.clock.now();
  }

  onRequestSent(): void {
    this.sent = true;
    this.lastActivity = this.ctx.clock.now();
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
    this.resume = resume;
    this.lastActivity = this.ctx.clock.now();
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
    this.lastActivity = this.ctx.clock.now();
    if (this.isTooMuch(this.received)) return true;
    const isCrowded = this.pieces.add(chunk);
    const wantsMore = this.takesPiece(chunk.length);
    if (isCrowded) setImmediate(this.goOn);
    return wantsMore && !isCrowded;
  }

  onComplete(): void {
    if (this.ended) return;
    this.passOn();
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
  }

  onError(error: Error): void {
    if (!this.ended) this.finishWith(toBffError(error, this.settings.name, this.cut !== undefined));
  }

  private expectBody(announced: number): boolean {
    if (this.isTooMuch(announced)) return true;
    return this.isForStream(announced) ? this.startStream() : true;
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
    if (length >= SMALL_PIECE) this.passOn();
    // Once the parser is through with what has arrived, small pieces are passed on as one.
    else if (!this.isPassing) queueMicrotask(this.passOn);
    this.isPassing = length < SMALL_PIECE;
    return !this.stream.waiting;
  }

  private readonly passOn = (): void => {
    this.isPassing = false;
    if (!this.stream || this.ended) return;
    for (const piece of this.pieces.take()) this.stream.push(piece);
  };

  private readonly goOn = (): void => {
    if (!this.ended && !this.stream?.waiting) this.resume!();
  };

  /** Answers with a stream that starts with what was received so far. */
  private startStream(): boolean {
    const stream = (this.stream = new BodyStream(this.pull, this.abandon));
    this.passOn();
    this.settled = true;
    this.promise.resolve({ status: this.head!.status, headers: this.head!.headers, body: stream });
    return !this.stream.waiting;
  }

  private readonly pull = (): void => {
    this.lastActivity = this.ctx.clock.now();
    this.resume!();
  };

  private readonly abandon = (): void => {
    if (!this.ended) this.finishWith(new BffError('client-aborted', { upstream: this.settings.name }));
  };

  private readonly giveUp = (reason: BffError): void => {
    if (!this.ended) this.finishWith(new BffError(reason.code, { upstream: this.settings.name, cause: reason }));
  };

  private fail(code: BffError['code'], why?: string): void {
    if (!this.ended) this.finishWith(new BffError(code, { upstream: this.settings.name, cause: why }));
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
  }

  private end(): void {
    this.ended = true;
    if (this.cut) this.connection?.end();
    this.timer?.cancel();
    this.ctx.offAbort(this.giveUp);
  }

  private watch(delay: number): void {
    this.timer = this.ctx.clock.after(delay, this.checkSilence);
  }

  /** One timer serves all phases: when it rings early, it is wound up again for the rest. */
  private readonly checkSilence = (): void => {
    if (this.ended) return;
    const now = this.ctx.clock.now();
    if (this.isOurTurn()) this.lastActivity = now;
    const [limit, code] = this.patience();
    const left = limit - (now - this.lastActivity);
    if (left > 0) this.watch(Math.min(left, this.period));
    else if (code === 'upstream-saturated') this.finishWith(saturated(this.settings));
    else this.fail(code);
  };

  /** True while the upstream waits for the client: for more of the request's body, or to take more of the answer's. */
  private isOurTurn(): boolean {
    if (this.head) return this.stream?.waiting === true;
    const { body } = this.request;
    return this.cut !== undefined && !this.sent && body instanceof Readable && body.readableFlowing === true;
  }

  /** How long the silence of this phase may last, and what it is called when it lasts longer. */
  private patience(): [limit: number, code: BffError['code']] {
    if (this.head) return [this.settings.bodyTimeout, 'upstream-body-timeout'];
    if (this.cut) return [this.settings.headersTimeout, 'upstream-timeout'];
    const isBusy = this.connections.areAllOpen();
    return [this.settings.connectTimeout, isBusy ? 'upstream-saturated' : 'upstream-connect-timeout'];
  }
}

function saturated({ name: upstream, connections }: UpstreamSettings): BffError {
  const cause = `all ${connections} connections to the instance are in use`;
  return new BffError('upstream-saturated', { upstream, cause, headers: { 'retry-after': '1' } });
}
