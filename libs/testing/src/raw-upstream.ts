import { createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** Sends what it likes; called each time the head of a request is complete, with the bytes since the last call. */
export type RawAnswer = (socket: Socket, requestBytes: Buffer) => void;

/** A running raw upstream. */
export interface RawUpstream {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Every connection accepted so far, to write to or to destroy at a moment of the test's choosing. */
  readonly sockets: readonly Socket[];
  /** All that each connection has received, in the order of `sockets`. */
  readonly received: readonly Buffer[];
  close(): Promise<void>;
}

/**
 * Starts a TCP server on a free port that answers with exact bytes, so that it can break every rule of HTTP.
 *
 * @param answer the bytes for every request (the connection stays open after them; strings are latin1), or a function
 */
export async function startRawUpstream(answer: string | Uint8Array | RawAnswer): Promise<RawUpstream> {
  const act: RawAnswer = typeof answer === 'function' ? answer : (socket) => void socket.write(toBytes(answer));
  const sockets: Socket[] = [];
  const received: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = sockets.push(socket) - 1;
    received[index] = Buffer.alloc(0);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received[index] = Buffer.concat([received[index]!, chunk]);
      pending = Buffer.concat([pending, chunk]);
      if (!pending.includes('\r\n\r\n')) return;
      const request = pending;
      pending = Buffer.alloc(0);
      act(socket, request);
    });
    socket.on('end', () => socket.end());
  });
  const port = await listen(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, port, sockets, received, close };
}

/** The bytes of a latin1 string, one byte a character. */
export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
}
