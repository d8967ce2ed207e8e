import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What the host of a service tells those who use it. */
export const fromHost = z.union([
  z.object({ line: z.string() }),
  z.object({ state: z.enum(['starting', 'ready', 'failed', 'stopped']) }),
]);
/** What the host of a service can be asked for. */
export const toHost = z.object({ ask: z.enum(['start', 'stop']) });

export type FromHost = z.infer<typeof fromHost>;
export type ToHost = z.infer<typeof toHost>;

/** Folder of this user's and this clone's sockets; short, since the path of a socket has about 100 bytes. */
export function socketFolder(root: string): string {
  const clone = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return join(tmpdir(), `portico-${userInfo().uid}-${clone}`);
}

/** Where the host of a service listens. */
export function socketPath(root: string, name: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\${socketFolder(root)}-${name}` : join(socketFolder(root), name);
}

/** Writes one message, a line of JSON. */
export function send(socket: Socket, message: FromHost | ToHost): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Reads messages; what is none ends the connection. */
export function receive<T>(socket: Socket, schema: z.ZodType<T>, onMessage: (message: T) => void): void {
  const lines = createInterface(socket);
  // The connection's own `close` is what counts.
  lines.on('error', () => undefined);
  lines.on('line', (text) => {
    try {
      onMessage(schema.parse(JSON.parse(text)));
    } catch {
      socket.destroy();
    }
  });
}
