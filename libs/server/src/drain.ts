import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
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

/** How long the steps of a drain take, in milliseconds. */
export interface DrainTimes {
  /** While it still serves, so that whoever sends requests hears that it is not ready. */
  readonly delay: number;
  /** What requests in flight get; then they are given up with `shutting-down`. */
  readonly timeout: number;
}

/**
 * Takes a server out of service: not ready at once, and after the delay no new connections, idle ones closed, answers with
 * `Connection: close`.
 *
 * @returns how many requests had to be given up
 */
export async function drain({ server, entry, readiness }: Draining, { delay, timeout }: DrainTimes): Promise<number> {
  readiness.add('draining');
  if (delay > 0) await pause(delay);
  entry.draining = true;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const response of entry.inFlight.keys()) {
    if (!response.headersSent) response.setHeader('connection', 'close');
  }
  server.closeIdleConnections();
  await idle(entry, timeout);
  const left = [...entry.inFlight.values()];
  for (const context of left) context.abort(new BffError('shutting-down'));
  if (left.length > 0) await idle(entry, LAST_WORDS);
  await Promise.race([closed, pause(LAST_WORDS)]);
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
