import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BffError } from '@portico/core';
import { tellAcceptErrors } from './accept-errors.ts';
import { answerProblem } from './answer.ts';
import type { HealthController } from './health.controller.ts';
import { listenError, urlOf } from './listening.ts';
import type { ServerConfig } from './server-config.ts';

/** Connections at one time: probes and people, who are few. */
const MAX_CONNECTIONS = 64;
/** Milliseconds for a request, and between two of a connection. */
const TIMEOUT = 5_000;
const MAX_HEADER_BYTES = 8_192;

/** The management listener. */
export interface Management {
  readonly url: string;
  /** At once: its answers are complete when they are written. */
  close(): Promise<void>;
}

/**
 * The management listener, when `MANAGEMENT_PORT` is set: health on a port and connections of its own, so that probes are answered while clients
 * take all connections of the other.
 *
 * @throws StartError when it cannot listen
 */
export async function openManagement(
  name: string,
  { MANAGEMENT_HOST: host, MANAGEMENT_PORT: port }: ServerConfig,
  health: HealthController,
): Promise<Management | undefined> {
  if (port === undefined) return undefined;
  const limits = { headersTimeout: TIMEOUT, requestTimeout: TIMEOUT, keepAliveTimeout: TIMEOUT };
  const server = createServer({ ...limits, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) =>
    answer(request, response, health),
  );
  server.maxConnections = MAX_CONNECTIONS;
  // Whoever stands still without a request holds up others.
  server.timeout = TIMEOUT;
  tellAcceptErrors(server);
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, { name, host, port, prefix: 'MANAGEMENT_' });
  }
  const url = urlOf(host, (server.address() as AddressInfo).port);
  return { url, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function answer(request: IncomingMessage, response: ServerResponse, health: HealthController): void {
  const path = request.url!.split('?', 1)[0]!;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead)
    return answerProblem(response, new BffError('method-not-allowed', { headers: { allow: 'GET, HEAD' } }), undefined);
  if (path === '/health/live') return write(response, 200, health.live());
  if (path !== '/health/ready') return answerProblem(response, new BffError('route-not-found'), undefined);
  const report = health.report();
  write(response, report.status === 'ready' ? 200 : 503, report);
}

function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
