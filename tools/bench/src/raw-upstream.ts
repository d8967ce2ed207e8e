import { createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** An upstream that costs almost nothing, so that it never is what a run waits for. */
export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  /** Request heads seen since the start. */
  requests(): number;
  close(): Promise<void>;
}

const NOT_FOUND = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n', 'latin1');

/** Head and body of one answer as the bytes to send. */
export function answerBytes(json: string): Buffer {
  const body = Buffer.from(json);
  const head = [
    'HTTP/1.1 200 OK',
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    'cache-control: public, max-age=60',
    `etag: "${body.length.toString(16)}-bench"`,
    'date: Sun, 22 Nov 2026 12:00:00 GMT',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/**
 * Serves precomputed answers over bare sockets with keep-alive. It reads heads only: requests with a body are not
 * understood.
 *
 * @param answers whole answers (`answerBytes`) by request target, query included
 * @param latency milliseconds to wait before each answer; default none
 */
export async function startRawUpstream(answers: ReadonlyMap<string, Buffer>, latency = 0): Promise<RawUpstream> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const answerTo = (head: Buffer, start: number): Buffer => {
    requests++;
    const targetStart = head.indexOf(0x20, start) + 1;
    return answers.get(head.toString('latin1', targetStart, head.indexOf(0x20, targetStart))) ?? NOT_FOUND;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    answerEachHead(socket, (head, start) => send(socket, answerTo(head, start), latency));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function send(socket: Socket, answer: Buffer, latency: number): void {
  if (latency === 0) socket.write(answer);
  else setTimeout(() => socket.write(answer), latency);
}

function answerEachHead(socket: Socket, answer: (head: Buffer, start: number) => void): void {
  let pending: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    const data = pending ? Buffer.concat([pending, chunk]) : chunk;
    pending = undefined;
    let start = 0;
    while (start < data.length) {
      const end = data.indexOf('\r\n\r\n', start, 'latin1');
      if (end < 0) {
        pending = data.subarray(start);
        return;
      }
      answer(data, start);
      start = end + 4;
    }
  });
}
