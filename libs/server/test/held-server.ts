import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { contextOf, type RequestContext } from '@portico/core';
import { Cors } from '../src/cors.ts';
import { createHttpServer } from '../src/http-server.ts';
import { RequestEntry } from '../src/request-entry.ts';
import { RequestLog } from '../src/request-log.ts';
import { loadServerConfig } from '../src/server-config.ts';

/** A request that reached the handler. */
export interface Executed {
  readonly url: string;
  readonly context: RequestContext;
  readonly response: ServerResponse;
}

/** The server below Fastify, whose handler a test holds in its hands. */
export interface HeldServer {
  readonly port: number;
  readonly server: Server;
  readonly entry: RequestEntry;
  /** In the order of execution. */
  readonly executed: readonly Executed[];
  /** Of the request log. */
  readonly lines: readonly { readonly requestId: string; readonly path: string; readonly status: number }[];
  /** The server's sides of its connections, in the order of arrival. */
  readonly sockets: readonly Socket[];
  /** Most requests that were executed and not answered at one time. */
  readonly most: number;
  close(): Promise<void>;
}

/**
 * Starts it. `/slow` is answered when the test answers it (`answerOf`), `/read` when the body is there, `/bytes/<count>` with so many
 * bytes, `/throw` throws, everything else at once.
 */
export async function startHeldServer(environment: Record<string, string> = {}): Promise<HeldServer> {
  const lines: HeldServer['lines'][number][] = [];
  const executed: Executed[] = [];
  const sockets: Socket[] = [];
  let most = 0;
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as HeldServer['lines'][number]) };
  const log = new RequestLog('held', { isLevelEnabled: () => true }, stream);
  const config = loadServerConfig(0, environment);
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    executed.push({ url: request.url!, context: contextOf(request), response });
    most = Math.max(most, entry.inFlight.size);
    handle(request, response);
  };
  const entry = new RequestEntry(config, log, handler, new Cors(config));
  const server = createHttpServer(config, entry);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { port, server, entry, executed, lines, sockets, close, get most() { return most; } }; // prettier-ignore
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const [, kind, count] = request.url!.split('/');
  if (kind === 'slow') return;
  if (kind === 'throw') throw new TypeError('no handler should');
  if (kind === 'bytes') response.end(Buffer.alloc(Number(count)));
  else if (kind === 'read') request.on('end', () => answerOf(response)).resume();
  else answerOf(response);
}

/** Answers a request with its own target, unless it is answered. */
export function answerOf(response: ServerResponse): void {
  if (!response.writableEnded) response.end(response.req.url);
}
