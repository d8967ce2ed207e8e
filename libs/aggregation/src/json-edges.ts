/** White space of JSON (RFC 8259 section 2). */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The first byte that is no white space. */
export function firstByte(chunks: readonly Uint8Array[]): number | undefined {
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) if (!isSpace(chunk[i]!)) return chunk[i];
  }
  return undefined;
}

/** Where the last byte that is no white space stands in all chunks together, `length` bytes; -1 when there is none. */
export function lastByteIndex(chunks: readonly Uint8Array[], length: number): number {
  let start = length;
  for (let c = chunks.length - 1; c >= 0; c--) {
    const chunk = chunks[c]!;
    start -= chunk.length;
    for (let i = chunk.length - 1; i >= 0; i--) if (!isSpace(chunk[i]!)) return start + i;
  }
  return -1;
}
