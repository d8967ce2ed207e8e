/** A piece of fewer bytes is copied to the one before it; more are handed on as they came. */
export const SMALL_PIECE = 1024;
/** Small pieces after which others should have their turn. */
const CROWD = 2_000;
/** Bytes that small pieces are joined up to. */
const JOINED_BYTES = 8 * 1024;

/**
 * Pieces of a body on their way: those of a few bytes are joined, for a piece costs its holder and its writer a hundred times
 * what a byte costs.
 */
export class Pieces {
  private chunks: Uint8Array[] = [];
  private joined: Buffer | undefined;
  private used = 0;
  private small = 0;

  /**
   * Takes the next piece; what is large or comes alone is not copied.
   *
   * @returns whether so many small ones have come that others should have their turn first
   */
  add(piece: Uint8Array): boolean {
    if (piece.length >= SMALL_PIECE) this.append(piece);
    else if (this.joined === undefined && this.chunks.length === 0) this.chunks.push(piece);
    else this.join(piece);
    if (piece.length >= SMALL_PIECE || ++this.small < CROWD) return false;
    this.small = 0;
    return true;
  }

  /** All pieces since the last time, in their order; they are the caller's then. */
  take(): Uint8Array[] {
    this.closeJoined();
    const { chunks } = this;
    this.chunks = [];
    return chunks;
  }

  private append(piece: Uint8Array): void {
    this.closeJoined();
    this.chunks.push(piece);
  }

  private join(piece: Uint8Array): void {
    if (this.used + piece.length > JOINED_BYTES) this.closeJoined();
    this.joined ??= Buffer.allocUnsafe(JOINED_BYTES);
    this.joined.set(piece, this.used);
    this.used += piece.length;
  }

  private closeJoined(): void {
    if (this.joined) this.chunks.push(this.joined.subarray(0, this.used));
    this.joined = undefined;
    this.used = 0;
  }
}
