import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection that the server ended is still read, in milliseconds. */
const LINGER = 1_000;

const ignore = (): void => undefined;

/**
 * Lets every connection that the server ends with a response linger (RFC 9112 9.6): it is closed for writing, and what
 * the client still sends is read and thrown away until the client closes too, for a second at most. A socket closed
 * with bytes unread is reset by TCP, and the client, still sending, might never see the response.
 */
export function lingerAtClose(server: Server): void {
  server.on('connection', (socket: Socket) => {
    // Node's server calls it after a response with `Connection: close`.
    socket.destroySoon = linger;
  });
}

function linger(this: Socket): void {
  if (this.destroyed) return;
  this.end();
  // The parser hears nothing more: what comes now is not executed.
  this.removeAllListeners('data').on('data', ignore).resume();
  if (this.writableFinished) destroyLater(this);
  else this.once('finish', () => destroyLater(this));
}

function destroyLater(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(timer));
}
