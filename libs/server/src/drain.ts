import type { Server } from 'node:http';
import { BffError } from '@portico/core';
import type { Readiness } from './readiness.ts';
import type { RequestEntry } from './request-entry.ts';

/** How long aborted requests get to write their problem answer, in milliseconds. */
const LAST_WORDS = 100;

/** What `drain` takes out of service. */
export interface Draining {
  readonly server: Server;
  readonly entry: RequestEntry;
  readonly readiness: Readiness;
}

/**
 * Takes a server out of service: not ready at once, no new connections, idle ones closed, answers with
 * `Connection: close`.
 *
 * @param timeout milliseconds that requests in flight get; then they are given up with `shutting-down`
 * @returns how many had to be given up
 */
export async function drain({ server, entry, readiness }: Draining, timeout: number): Promise<number> {
  readiness.add('draining');
  entry.draining = true;
  server.close();
  for (const response of entry.inFlight.keys()) {
    if (!response.headersSent) response.setHeader('connection', 'close');
  }
  server.closeIdleConnections();
  await idle(entry, timeout);
  const left = [...entry.inFlight.values()];
  for (const context of left) context.abort(new BffError('shutting-down'));
  if (left.length > 0) await idle(entry, LAST_WORDS);
  server.closeAllConnections();
  return left.length;
}

function idle(entry: RequestEntry, timeout: number): Promise<void> {
  if (entry.inFlight.size === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout);
    entry.onIdle = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
