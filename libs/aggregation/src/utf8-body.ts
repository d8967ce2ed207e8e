import { isUtf8 } from 'node:buffer';
import type { HeldBody } from '@portico/upstream';

/** Bytes of the longest character. */
const MAX_CHARACTER = 4;
const NONE = Buffer.alloc(0);

/** Whether a body is UTF-8, looked at piece by piece: to join the pieces would copy all of it. */
export function isUtf8Body({ chunks }: HeldBody): boolean {
  // The bytes so far of a character that ends in the next piece.
  let begun: Buffer = NONE;
  for (const chunk of chunks) {
    const piece = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    const end = endOfWhole(piece);
    if (!isUtf8(piece.subarray(0, end))) return false;
    begun = Buffer.from(piece.subarray(end));
  }
  return begun.length === 0;
}

/** Where the last character of a piece begins when it does not end there too; the length of the piece when it does. */
function endOfWhole(piece: Uint8Array): number {
  for (let back = 1; back < MAX_CHARACTER && back <= piece.length; back++) {
    const byte = piece[piece.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return back < lengthBy(byte) ? piece.length - back : piece.length;
  }
  return piece.length;
}

/** Bytes of a character by its first one (RFC 3629 3). */
function lengthBy(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
