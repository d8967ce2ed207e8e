import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BffError } from '@portico/core';
import { tellAcceptErrors } from './accept-errors.ts';
import { refuse, refuseUnparsed } from './client-error.ts';
import { tellDropped } from './dropped-connections.ts';
import { closeIdleConnections } from './idle-connections.ts';
import { lingerAtClose } from './lingering-close.ts';
import { ALLOW } from './request-check.ts';
import type { RequestEntry } from './request-entry.ts';
import type { ServerConfig } from './server-config.ts';

/** How often connections are held against the timeouts, in milliseconds; a client may be that much late. */
const CHECK_INTERVAL = 1_000;

/**
 * Node's HTTP server with every limit set: sizes and times of what a client sends, the time a connection may stand
 * still, the number of connections.
 */
export function createHttpServer(config: ServerConfig, entry: RequestEntry): Server {
  const server = createServer({
    maxHeaderSize: config.MAX_HEADER_BYTES,
    headersTimeout: Math.min(config.HEADERS_TIMEOUT, config.REQUEST_TIMEOUT),
    requestTimeout: config.REQUEST_TIMEOUT,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL, config.HEADERS_TIMEOUT),
    insecureHTTPParser: false,
    // `checkRequest` looks for it, and answers as everything else is answered.
    requireHostHeader: false,
    noDelay: true,
  });
  // Node drops fields beyond its own count without a word; `checkRequest` refuses the request instead.
  server.maxHeadersCount = 0;
  server.maxConnections = config.MAX_CONNECTIONS;
  tellDropped(server);
  tellAcceptErrors(server);
  const limits = { keepAlive: config.KEEP_ALIVE_TIMEOUT, busy: config.IDLE_TIMEOUT };
  closeIdleConnections(server, limits, (socket) => entry.queueOf(socket).current !== undefined);
  lingerAtClose(server);
  listen(server, entry);
  return server;
}

function listen(server: Server, entry: RequestEntry): void {
  const accept = (request: IncomingMessage, response: ServerResponse): void => entry.accept(request, response);
  server.on('request', accept);
  server.on('checkContinue', accept);
  server.on('checkExpectation', accept);
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    // Node has taken its own listeners off, and an error without one ends the process.
    socket.on('error', () => socket.destroy());
    refuse(new BffError('method-not-allowed', { headers: { allow: ALLOW } }), socket, entry);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseUnparsed(error, socket, entry));
}
