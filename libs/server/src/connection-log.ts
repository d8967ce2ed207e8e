import { moreLikeIt, type RateLimitedLog } from '@portico/core';
import type { Logger } from 'pino';
import type { AcceptFailedEvent } from './accept-errors.ts';
import type { ConnectionDroppedEvent } from './dropped-connections.ts';

/** A line for clients that were sent away because `MAX_CONNECTIONS` are open, one in ten seconds. */
export function dropLog(log: Logger, limited: RateLimitedLog): (event: ConnectionDroppedEvent) => void {
  return ({ most, dropped }) =>
    limited.add('dropped connections', (more) => {
      const text = `a connection was closed, because MAX_CONNECTIONS (${most}) are open: raise it, or look who holds them`;
      log.warn({ dropped, more: more || undefined }, text + moreLikeIt(more));
    });
}

/** A line for clients whose connections could not be accepted, one in ten seconds for each reason. */
export function acceptLog(log: Logger, limited: RateLimitedLog): (event: AcceptFailedEvent) => void {
  return ({ failure }) =>
    limited.add(`accept ${failure}`, (more) => {
      const text = `a connection of a client could not be accepted: ${failure}`;
      log.warn({ failure, more: more || undefined }, text + moreLikeIt(more));
    });
}
