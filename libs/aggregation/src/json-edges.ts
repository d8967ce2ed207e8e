import type { HeldBody } from '@portico/upstream';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** White space of JSON (RFC 8259 section 2). */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Whether a body starts and ends like one JSON object or array, white space around it allowed. All that a spliced part is
 * checked for: what lies between is the upstream's word (its option `validateJson` checks that too). A byte order mark,
 * a bare string or number, and a body that was cut short do not pass.
 */
export function hasJsonEdges(body: HeldBody): boolean {
  const first = firstByte(body.chunks);
  if (first === OPEN_BRACE) return lastByte(body.chunks) === CLOSE_BRACE;
  return first === OPEN_BRACKET && lastByte(body.chunks) === CLOSE_BRACKET;
}

function firstByte(chunks: readonly Uint8Array[]): number | undefined {
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) if (!isSpace(chunk[i]!)) return chunk[i];
  }
  return undefined;
}

function lastByte(chunks: readonly Uint8Array[]): number | undefined {
  for (let c = chunks.length - 1; c >= 0; c--) {
    const chunk = chunks[c]!;
    for (let i = chunk.length - 1; i >= 0; i--) if (!isSpace(chunk[i]!)) return chunk[i];
  }
  return undefined;
}
