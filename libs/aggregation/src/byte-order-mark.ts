import type { HeldBody } from '@portico/upstream';
import { joined } from './joined.ts';

const MARK = Buffer.from('\ufeff');

/** A body without the byte order mark of UTF-8 that it may begin with: readers of JSON may skip it (RFC 8259 8.1), but not within a page. */
export function withoutMark(body: HeldBody): HeldBody {
  if (body.chunks[0]?.[0] !== MARK[0]) return body;
  const bytes = joined(body);
  if (!MARK.equals(bytes.subarray(0, MARK.length))) return body;
  return { chunks: [bytes.subarray(MARK.length)], length: bytes.length - MARK.length };
}
