import type { HeldBody } from '@portico/upstream';

/** A body of these pieces, each character one byte. */
export function heldOf(...pieces: string[]): HeldBody {
  const chunks = pieces.map((piece) => Buffer.from(piece, 'latin1'));
  return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
}

/** A text in UTF-8 as a body, cut into pieces at the given bytes. */
export function cutUp(text: string, places: readonly number[] = []): HeldBody {
  const bytes = Buffer.from(text).toString('latin1');
  const stops = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return heldOf(...stops.slice(1).map((stop, i) => bytes.slice(stops[i], stop)));
}
