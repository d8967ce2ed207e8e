import type { Readable } from 'node:stream';

/** Bytes of the longest line: several times what a slice with a thousand endpoints takes. */
const MAX_LINE = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Pieces of a line; more are put together, for each costs more than its bytes. */
const MAX_PIECES = 1_000;

/**
 * The lines of a stream, those that arrived together in one list. Holds at most one line of `maxLine` bytes; leaving the loop
 * destroys the stream.
 *
 * @throws Error when a line is too long, when the stream ends within a line, and what the stream fails with
 */
export async function* linesOf(stream: Readable, maxLine = MAX_LINE): AsyncGenerator<string[], void> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      lines.push(Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8'));
      pending = [];
      bytes = 0;
      start = end + 1;
    }
    bytes += chunk.length - start;
    if (bytes > maxLine) throw new Error(`the watch sent a line of more than ${maxLine} bytes`);
    if (start < chunk.length) pending.push(chunk.subarray(start));
    if (pending.length > MAX_PIECES) pending = [Buffer.concat(pending)];
    if (lines.length > 0) yield lines;
  }
  if (bytes > 0) throw new Error('the watch ended within a line');
}
