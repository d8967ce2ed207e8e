const FIRST_BYTES = 1024;

/** Bytes that come in pieces, in one buffer that grows with them: neither single bytes nor an announced length cost more than they bring. */
export class HeldBytes {
  length = 0;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);

  /** Bytes of memory that it would take with `more` bytes. */
  sizeWith(more: number): number {
    const needed = this.length + more;
    return needed <= this.bytes.length ? this.bytes.length : Math.max(this.bytes.length * 2, needed);
  }

  add(chunk: Buffer): void {
    const size = this.sizeWith(chunk.length);
    if (size > this.bytes.length) {
      const larger = Buffer.allocUnsafe(size);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    chunk.copy(this.bytes, this.length);
    this.length += chunk.length;
  }

  /** All of them. */
  take(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
