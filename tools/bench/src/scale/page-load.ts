import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds of load that do not count, and that do. */
const WARM_UP = 2_000;
const WINDOW = 4_000;
const LONGEST_HEAD = 4_096;

/** What clients were answered. */
export interface PageCount {
  /** Answers 200 a second. */
  readonly whole: number;
  /** All answers a second. */
  readonly all: number;
}

/** Clients that ask for a page all the time, also when they are refused: each asks again as soon as it has an answer. */
export async function loadPages(port: number, path: string, clients: number): Promise<PageCount> {
  const count = { whole: 0, all: 0 };
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, 'latin1');
  const sockets = Array.from({ length: clients }, () => client(port, request, count));
  await delay(WARM_UP);
  const before = { ...count };
  await delay(WINDOW);
  const after = { ...count };
  for (const socket of sockets) socket.destroy();
  const seconds = WINDOW / 1_000;
  return { whole: (after.whole - before.whole) / seconds, all: (after.all - before.all) / seconds };
}

function client(port: number, request: Buffer, count: { whole: number; all: number }): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
  let missing = 0;
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    if (missing === 0) {
      const known = Buffer.byteLength(head, 'latin1');
      head += chunk.toString('latin1', 0, LONGEST_HEAD);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      count.all++;
      if (head.startsWith('HTTP/1.1 200')) count.whole++;
      missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)![1]) + end + 4 - known;
      head = '';
    }
    missing -= chunk.length;
    if (missing === 0) socket.write(request);
  });
  socket.on('error', () => socket.destroy());
  return socket;
}
