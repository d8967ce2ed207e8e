import { once } from 'node:events';
import { lstat, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

/** A trail that no other process of this machine can hold. */
export interface TrailHold {
  release(): Promise<void>;
}

/**
 * Holds a trail for this process: by a socket beside it, `<path>.lock`, at which the process listens. The system stops that with the
 * process, however it ends, so what a dead process leaves behind holds nothing.
 *
 * @throws Error when another process holds it, or the socket cannot be made
 */
export async function holdTrail(path: string): Promise<TrailHold> {
  const lock = `${path}.lock`;
  if (await isListenedAt(lock)) throw new Error('another process writes to it');
  await removeDeadSocket(lock);
  const server = createServer((socket) => socket.destroy()).listen(lock);
  await once(server, 'listening');
  server.unref();
  return {
    release: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

async function isListenedAt(lock: string): Promise<boolean> {
  const socket = connect(lock);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function removeDeadSocket(lock: string): Promise<void> {
  const found = await lstat(lock).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${lock} is in the way`);
  await rm(lock, { force: true });
}
