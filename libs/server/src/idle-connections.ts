import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long connections may stand still, in milliseconds. */
export interface IdleLimits {
  /** Without a request. */
  readonly keepAlive: number;
  /** With a request under way. */
  readonly busy: number;
}

/** Longest time between two looks at the connections, in milliseconds; one may be closed that much late. */
const INTERVAL = 1_000;

interface Watch {
  /** Bytes read and written when it was last seen to move. */
  moved: number;
  since: number;
  /** Node's own timer is wound up for it. */
  armed: boolean;
}

/**
 * Closes connections that stand still. One look a second at all of them takes the place of `server.keepAliveTimeout` and
 * `server.timeout`, which wind up a timer at every read and write (2 to 3 us a request).
 *
 * @param isBusy whether a request of a connection has no complete answer yet
 */
export function closeIdleConnections(server: Server, limits: IdleLimits, isBusy: (socket: Socket) => boolean): void {
  const watches = new Map<Socket, Watch>();
  server.keepAliveTimeout = 0;
  server.timeout = 0;
  server.on('connection', (socket: Socket) => {
    watches.set(socket, { moved: 0, since: performance.now(), armed: false });
    socket.on('close', () => watches.delete(socket));
  });
  const look = (): void => {
    const now = performance.now();
    for (const [socket, watch] of watches) lookAt(socket, watch, now);
  };
  const lookAt = (socket: Socket, watch: Watch, now: number): void => {
    const moved = socket.bytesRead + socket.bytesWritten;
    if (moved !== watch.moved) {
      if (watch.armed) socket.setTimeout(0);
      Object.assign(watch, { moved, since: now, armed: false });
      return;
    }
    const still = now - watch.since;
    if (isBusy(socket)) {
      // Node's timer knows of a slow reader's progress within one large write, which these counters do not show.
      if (!watch.armed) socket.setTimeout(Math.max(1, limits.busy - still));
      watch.armed = true;
    } else if (moved > 0 && still >= limits.keepAlive) socket.destroy();
  };
  const interval = Math.min(INTERVAL, Math.ceil(Math.min(limits.keepAlive, limits.busy) / 4));
  const timer = setInterval(look, interval).unref();
  server.on('close', () => clearInterval(timer));
}
