import { Readable } from 'node:stream';
import { type Pieces, SMALL_PIECE } from '@portico/core';

/** The body of an answer that is large or slow: reads from the upstream only as fast as its reader takes it. */
export class BodyStream extends Readable {
  /** True while the reader has not asked for more: the upstream's silence is then not its fault. */
  waiting = false;
  private apart = false;
  private isPassing = false;

  /**
   * @param pieces what has arrived and is not passed on yet
   * @param pull makes the connection deliver again
   * @param abandon called when it is over, at its end or before
   */
  constructor(
    private readonly pieces: Pieces,
    private readonly pull: () => void,
    private readonly abandon: () => void,
  ) {
    super({ highWaterMark: 64 * 1024 });
    // It may break before its reader is there, who then finds it broken; an error nobody listens to would end the process.
    this.on('error', () => undefined);
  }

  /** Whether it has a place of its own, apart from the calls that end soon. */
  get isApart(): boolean {
    return this.apart;
  }

  /** It has a place of its own from now on; who waits for that hears `apart`. */
  moveApart(): void {
    this.apart = true;
    this.emit('apart');
  }

  /** Passes all pieces on that have arrived. */
  readonly passOn = (): void => {
    this.isPassing = false;
    if (this.destroyed) return;
    for (const piece of this.pieces.take()) this.push(piece);
  };

  /** Passes on a piece of so many bytes; small ones as one, once the parser is through with what has arrived. */
  passSoon(length: number): void {
    if (length >= SMALL_PIECE) this.passOn();
    else if (!this.isPassing) queueMicrotask(this.passOn);
    this.isPassing = length < SMALL_PIECE;
  }

  override push(chunk: Uint8Array | null): boolean {
    const wantsMore = super.push(chunk);
    this.waiting = !wantsMore;
    return wantsMore;
  }

  override _read(): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.pull();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.abandon();
    callback(error);
  }
}
