import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { BffError, Pieces, SMALL_PIECE } from '@portico/core';
import { HeldBytes } from './held-bytes.ts';
import { OneAtATime } from './one-at-a-time.ts';

/** Bytes that are read and thrown away after an early answer, for the sake of the connection. */
const LINGER_BYTES = 1024 * 1024;

/** How long more than that is read and thrown away, in milliseconds, before the connection is cut. */
const LINGER = 1_000;

/** Small pieces of one body after which others have their turn: Node makes up to 11,000 of the 64 KB that it reads at a time. */
const CROWD = 2_000;
const crowded = new OneAtATime();

/** A body that is being read whole. */
interface Holding {
  readonly bytes: HeldBytes;
  /** Bytes beyond which it is not. */
  readonly most: number;
  /** Asks for so many bytes of memory; false: the body has been ended. */
  mayTake(bytes: number): boolean;
  resolve(bytes: Buffer | undefined): void;
  reject(error: Error): void;
}

/**
 * The body of a client's request on its way to an upstream: counted, with back-pressure, and apart from the socket.
 * Destroying it (an upstream that answers early does) must not destroy the request, which would cut the client off.
 */
export class RequestBody extends Readable {
  /** Value of the request's Content-Length, when there is one. */
  readonly length: string | undefined;
  /** Bytes that came so far. */
  bytesRead = 0;
  private holding: Holding | undefined;
  /** What was held before it turned out to be more than is. */
  private prefix: Buffer | undefined;
  private started = false;
  private hungry = false;
  private readonly pieces = new Pieces();
  private isJoining = false;
  private small = 0;
  private waitsForTurn = false;

  /**
   * @param raw the unread request
   * @param limit bytes; beyond it the body fails with `body-too-large`
   */
  constructor(
    private readonly raw: IncomingMessage,
    private readonly limit: number,
  ) {
    super();
    this.length = raw.headers['content-length'];
    this.on('error', () => undefined);
  }

  /** Whether the upstream would take more and the client has not sent it. */
  get waitsForClient(): boolean {
    return this.hungry && !this.raw.complete;
  }

  /**
   * Reads it whole, before anything else reads it.
   *
   * @param most bytes; undefined is returned beyond that, and the body can be read as a stream from its start
   * @param mayTake asks for so many bytes of memory; false: the body has been ended
   * @throws BffError what it was ended with
   */
  hold(most: number, mayTake: (bytes: number) => boolean): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.destroyed) return reject(this.errored ?? new BffError('client-aborted'));
      this.holding = { bytes: new HeldBytes(), most, mayTake, resolve, reject };
      this._read();
    });
  }

  override _read(): void {
    this.hungry = true;
    const { prefix } = this;
    if (prefix) {
      this.prefix = undefined;
      if (!this.push(prefix)) this.hungry = false;
    } else if (this.started) this.goOn();
    else this.start();
  }

  private goOn(): void {
    if (!this.waitsForTurn) this.raw.resume();
  }

  private start(): void {
    this.started = true;
    this.raw.on('data', this.accept).on('end', this.finish).on('close', this.leave).on('error', this.leave);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { raw } = this;
    raw.off('data', this.accept).off('end', this.finish).off('close', this.leave);
    if (!raw.readableEnded) discard(raw);
    this.holding?.reject(error ?? new BffError('client-aborted'));
    this.holding = undefined;
    callback(error);
  }

  private readonly accept = (chunk: Buffer): void => {
    this.bytesRead += chunk.length;
    if (chunk.length < SMALL_PIECE && ++this.small === CROWD) this.letOthersGo();
    if (this.bytesRead > this.limit) this.destroy(tooLarge(this.limit));
    else if (this.holding) this.holdChunk(this.holding, chunk);
    else if (chunk.length < SMALL_PIECE) this.join(chunk);
    else {
      this.pieces.add(chunk);
      this.passOn();
    }
  };

  private letOthersGo(): void {
    this.waitsForTurn = true;
    this.raw.pause();
    crowded.wait(() => {
      this.small = 0;
      this.waitsForTurn = false;
      if (this.hungry && !this.destroyed) this.raw.resume();
    });
  }

  private holdChunk({ bytes, most, mayTake, resolve }: Holding, chunk: Buffer): void {
    if (!mayTake(bytes.sizeWith(chunk.length))) return;
    bytes.add(chunk);
    if (bytes.length <= most) return;
    this.holding = undefined;
    this.prefix = bytes.take();
    this.hungry = false;
    this.raw.pause();
    resolve(undefined);
  }

  /** Passes small pieces on as one once all that has arrived is read: each by itself would cost a write of its own. */
  private join(chunk: Buffer): void {
    this.pieces.add(chunk);
    if (this.isJoining) return;
    this.isJoining = true;
    // Not a tick, for Node's HTTP parser runs all ticks between two pieces of one segment.
    setImmediate(() => {
      this.isJoining = false;
      if (this.destroyed || this.readableEnded) return;
      this.passOn();
      if (this.hungry) this.goOn();
    });
  }

  private readonly passOn = (): void => {
    for (const piece of this.pieces.take()) this.hungry = this.push(piece);
    if (!this.hungry) this.raw.pause();
  };

  private readonly finish = (): void => {
    const { holding } = this;
    this.holding = undefined;
    if (!holding) {
      this.passOn();
      this.push(null);
      return;
    }
    holding.resolve(holding.bytes.take());
    this.destroy();
  };

  private readonly leave = (): void => {
    if (!this.raw.complete) this.destroy(new BffError('client-aborted'));
  };
}

/**
 * Whether bodies of a method are passed on. A body of GET, HEAD or OPTIONS has no meaning (RFC 9110 9.3.1) and stays here with all
 * fields that describe it; Node reads it off the connection.
 */
export function takesBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/**
 * What to send as the request's body.
 *
 * @param raw request of a method that can have a body
 * @param limit bytes; 0 for none at all
 * @returns undefined when there is none
 * @throws BffError `body-too-large` when its announced length is beyond the limit
 */
export function bodyOf(raw: IncomingMessage, limit: number): RequestBody | undefined {
  const length = raw.headers['content-length'];
  if (raw.headers['transfer-encoding'] === undefined && (length === undefined || Number(length) === 0))
    return undefined;
  // The body stays unread: who waits for `100 Continue` does not get it, and the server throws away what comes.
  if (Number(length ?? 0) > limit) throw tooLarge(limit);
  return new RequestBody(raw, limit);
}

/**
 * Reads on, because a socket closed with unread bytes is reset and the answer lost (RFC 9112 9.6). This is not the server's lingering
 * close: the answer may still be on its way, and a connection whose rest is small stays in use.
 */
function discard(raw: IncomingMessage): void {
  let left = LINGER_BYTES;
  let timer: NodeJS.Timeout | undefined;
  raw.on('error', () => undefined);
  raw.on('close', () => clearTimeout(timer));
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) timer ??= setTimeout(() => raw.socket.destroy(), LINGER);
  });
  raw.resume();
}

function tooLarge(limit: number): BffError {
  const detail = limit === 0 ? 'this route takes no request body' : `the request body is larger than ${limit} bytes`;
  return new BffError('body-too-large', { detail });
}
