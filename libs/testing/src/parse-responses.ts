/** One HTTP/1.1 response found in raw bytes. */
export interface RawResponse {
  readonly status: number;
  readonly reason: string;
  /** Flat `name, value, ...` as they came. */
  readonly rawHeaders: readonly string[];
  /** Names in lower case; the values of a repeated name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How the end of the body is known: by nothing at all when it runs until the connection closes. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Whether all that the framing promises is there; never for `close`, where the bytes cannot tell. */
  readonly complete: boolean;
}

interface Piece {
  readonly body: Buffer;
  readonly framing: RawResponse['framing'];
  readonly complete: boolean;
  readonly end: number;
}

/**
 * The responses in what a connection received, 1xx ones too. Stops at bytes that are not a response head.
 *
 * @param methods the methods of the requests in order, where one is HEAD (its answer has no body)
 */
export function parseResponses(bytes: Uint8Array, methods: readonly string[] = []): RawResponse[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const responses: RawResponse[] = [];
  let answered = 0;
  for (let offset = 0; offset < buffer.length;) {
    const headEnd = buffer.indexOf('\r\n\r\n', offset);
    const head = headEnd < 0 ? undefined : parseHead(buffer.toString('latin1', offset, headEnd));
    if (!head) break;
    const bodiless = head.status < 200 || head.status === 204 || head.status === 304 || methods[answered] === 'HEAD';
    const piece = bodiless ? emptyPiece(headEnd + 4) : readBody(buffer, headEnd + 4, head.headers);
    responses.push({ ...head, body: piece.body, framing: piece.framing, complete: piece.complete });
    if (head.status >= 200) answered++;
    offset = piece.end;
  }
  return responses;
}

function parseHead(text: string): Pick<RawResponse, 'status' | 'reason' | 'rawHeaders' | 'headers'> | undefined {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine);
  if (!match) return undefined;
  const rawHeaders: string[] = [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    rawHeaders.push(name, value);
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return { status: Number(match[1]), reason: match[2] ?? '', rawHeaders, headers };
}

function emptyPiece(end: number): Piece {
  return { body: Buffer.alloc(0), framing: 'none', complete: true, end };
}

function readBody(buffer: Buffer, start: number, headers: Readonly<Record<string, string>>): Piece {
  if (headers['transfer-encoding']?.toLowerCase().endsWith('chunked')) return readChunked(buffer, start);
  const length = headers['content-length'];
  if (length === undefined)
    return { body: buffer.subarray(start), framing: 'close', complete: false, end: buffer.length };
  const end = start + Number(length);
  return { body: buffer.subarray(start, end), framing: 'length', complete: end <= buffer.length, end };
}

function readChunked(buffer: Buffer, start: number): Piece {
  const chunks: Buffer[] = [];
  const cutOff = (): Piece => ({
    body: Buffer.concat(chunks),
    framing: 'chunked',
    complete: false,
    end: buffer.length,
  });
  for (let offset = start; ;) {
    const lineEnd = buffer.indexOf('\r\n', offset);
    const size = lineEnd < 0 ? NaN : Number.parseInt(buffer.toString('latin1', offset, lineEnd), 16);
    if (Number.isNaN(size)) return cutOff();
    if (size === 0) {
      const end = trailerEnd(buffer, lineEnd + 2);
      return end < 0 ? cutOff() : { body: Buffer.concat(chunks), framing: 'chunked', complete: true, end };
    }
    chunks.push(buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
    offset = lineEnd + 2 + size + 2;
    if (offset > buffer.length) return cutOff();
  }
}

/** Where the message ends when its trailer section begins at `start`; -1 when it is not all there. */
function trailerEnd(buffer: Buffer, start: number): number {
  if (buffer.toString('latin1', start, start + 2) === '\r\n') return start + 2;
  const blank = buffer.indexOf('\r\n\r\n', start);
  return blank < 0 ? -1 : blank + 4;
}
