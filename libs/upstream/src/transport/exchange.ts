import { BffError, type RequestContext, type Timer } from '@portico/core';
import type { Dispatcher } from 'undici';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { BodyStream } from './body-stream.ts';
import { toBffError } from './error-codes.ts';
import { readHead, type ResponseHead } from './response-head.ts';

/** Bodies up to this many bytes are held and passed on in one piece. */
const HOLD_BYTES = 64 * 1024;
/** Interim answers (1xx) before we stop believing in a final one. */
const MAX_INTERIM = 16;

/** The two ends of the promise that an exchange settles. */
interface Settlers {
  resolve(response: UpstreamResponse): void;
  reject(error: BffError): void;
}

/**
 * One request and its answer on an undici connection: holds small bodies, streams large ones, and ends early when the
 * client leaves, the deadline passes, or the upstream is silent too long or too talkative.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** True once the promise behind this exchange is resolved or rejected. */
  settled = false;

  private cut: ((error?: Error) => void) | undefined;
  private head: ResponseHead | undefined;
  private chunks: Uint8Array[] = [];
  private received = 0;
  private stream: BodyStream | undefined;
  private resume: (() => void) | undefined;
  private interim = 0;
  private ended = false;
  private lastActivity: number;
  private timer: Timer | undefined;

  constructor(
    private readonly settings: UpstreamSettings,
    private readonly request: UpstreamRequest,
    private readonly ctx: RequestContext,
    private readonly promise: Settlers,
  ) {
    this.lastActivity = ctx.clock.now();
    ctx.onAbort(this.giveUp);
    if (!this.settled) this.watch(settings.headersTimeout);
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.ended) abort();
    else this.cut = abort;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) {
      if (++this.interim > MAX_INTERIM) this.fail('upstream-framing', 'it sent too many interim answers');
      return true;
    }
    const head = readHead(status, raw);
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
    if (this.stream) return this.stream.push(chunk);
    this.chunks.push(chunk);
    return this.isForStream(this.received) ? this.startStream() : true;
  }

  onComplete(): void {
    if (this.ended) return;
    this.end();
    if (this.stream) this.stream.push(null);
    else
      this.settle({
        status: this.head!.status,
        headers: this.head!.headers,
        body: { chunks: this.chunks, length: this.received },
      });
  }

  onError(error: Error): void {
    if (!this.ended) this.finishWith(toBffError(error, this.settings.name, this.head !== undefined));
  }

  private expectBody(announced: number): boolean {
    if (this.isTooMuch(announced)) return true;
    return this.isForStream(announced) ? this.startStream() : true;
  }

  private isTooMuch(length: number): boolean {
    const { holdUpTo = Infinity } = this.request;
    if (length <= this.settings.maxResponseBytes && length <= holdUpTo) return false;
    this.fail('upstream-body-too-large');
    return true;
  }

  private isForStream(length: number): boolean {
    return length > HOLD_BYTES && this.request.holdUpTo === undefined;
  }

  /** Answers with a stream that starts with what was received so far. */
  private startStream(): boolean {
    const { status, headers } = this.head!;
    this.stream = new BodyStream(this.resume!, () => this.giveUp(new BffError('client-aborted')));
    let wantsMore = true;
    for (const chunk of this.chunks) wantsMore = this.stream.push(chunk);
    this.chunks = [];
    this.settle({ status, headers, body: this.stream });
    return wantsMore;
  }

  private settle(response: UpstreamResponse): void {
    this.settled = true;
    this.promise.resolve(response);
  }

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
    this.timer?.cancel();
    this.ctx.offAbort(this.giveUp);
  }

  /** One timer for both phases: when it rings early because bytes came meanwhile, it is wound up again for the rest. */
  private watch(delay: number): void {
    this.timer = this.ctx.clock.after(delay, this.checkSilence);
  }

  private readonly checkSilence = (): void => {
    if (this.ended) return;
    const limit = this.head ? this.settings.bodyTimeout : this.settings.headersTimeout;
    const silence = this.ctx.clock.now() - this.lastActivity;
    if (this.stream?.waiting) this.watch(limit);
    else if (silence < limit) this.watch(limit - silence);
    else this.fail(this.head ? 'upstream-body-timeout' : 'upstream-timeout');
  };
}
