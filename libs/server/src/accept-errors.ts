import { channel } from 'node:diagnostics_channel';
import type { Server } from 'node:net';
import { lackOf, tellLack } from '@portico/net';

/** Message of `portico.server.accept-failed`: a client's connection could not be accepted, and this machine lacks nothing that it needs. */
export interface AcceptFailedEvent {
  /** As the system names it: `ECONNABORTED`. */
  readonly failure: string;
}

const failing = channel('portico.server.accept-failed');

/** Lets a server outlive connections that it cannot accept, and tells of them. Errors of listening stay with whoever listens. */
export function tellAcceptErrors(server: Server): void {
  server.once('listening', () => server.on('error', tell));
}

function tell(error: NodeJS.ErrnoException): void {
  const lack = lackOf(error);
  if (lack !== undefined) tellLack(lack, 'accept a connection');
  else if (failing.hasSubscribers)
    failing.publish({ failure: error.code ?? error.message } satisfies AcceptFailedEvent);
}
