import type { Socket } from 'node:net';

/** Errors of a write that say that the other side takes no more, though it may have said why. */
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);
/** Milliseconds for reading what had arrived before the other side was gone; its end usually follows at once. */
const GRACE = 1_000;

type Done = (error?: Error | null) => void;
type Write = (chunk: unknown, encoding: BufferEncoding, done: Done) => void;
type WriteAll = (chunks: unknown, done: Done) => void;

/** A socket as `node:stream` sees it. */
interface Writing {
  _write: Write;
  _writev: WriteAll;
}

/**
 * Lets an answer be read that an upstream gave before it had the whole request, and closed (RFC 9112 9.6): a write that fails
 * closes Node's socket with all that was still to be read. Such a failure is told late: reading goes on until the other
 * side's end, which closes the socket itself, or for `GRACE`.
 *
 * @param isSending whether a body is being sent; other writes are left alone
 */
export function readEarlyAnswers(socket: Socket, isSending: () => boolean): void {
  const stream = socket as unknown as Writing;
  const { _write: write, _writev: writeAll } = stream;
  const late = (done: Done): Done => {
    if (!isSending()) return done;
    return (error) => {
      if (error && GONE.has((error as NodeJS.ErrnoException).code)) tellLate(socket, () => done(error));
      else done(error);
    };
  };
  stream._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, late(done));
  stream._writev = (chunks, done) => writeAll.call(socket, chunks, late(done));
}

function tellLate(socket: Socket, tell: () => void): void {
  const timer = setTimeout(tell, GRACE).unref();
  socket.once('close', () => clearTimeout(timer));
}
