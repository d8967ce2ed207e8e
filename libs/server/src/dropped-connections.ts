import { channel } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

/** Message of `portico.server.connection-dropped`: a client's connection was closed, because `MAX_CONNECTIONS` are open. */
export interface ConnectionDroppedEvent {
  /** `MAX_CONNECTIONS`. */
  readonly most: number;
  /** How many were dropped since the start of the process. */
  readonly dropped: number;
}

const dropping = channel('portico.server.connection-dropped');

/** Counts and tells the connections that a server closes because it has too many; Node does so without a word. */
export function tellDropped(server: Server): void {
  let dropped = 0;
  server.on('drop', () => {
    dropped++;
    const event: ConnectionDroppedEvent = { most: server.maxConnections, dropped };
    if (dropping.hasSubscribers) dropping.publish(event);
  });
}
