import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that answers everything with `{}` and counts what it was asked, health checks apart. */
export interface CountingService {
  readonly url: string;
  /** Calls since the start. */
  readonly calls: number;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startCountingService(): Promise<CountingService> {
  let calls = 0;
  const server = createServer((request, response) => {
    if (!request.url!.startsWith('/health/')) calls++;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
