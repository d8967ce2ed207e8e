import { createServer } from 'node:net';
import { FaultyConnection } from './faulty-connection.ts';
import { listen } from './listen.ts';
import { seededRandom } from './seeded-random.ts';

/** What a fault proxy does to its connections, those that are open included. What is unset is in order. */
export interface Faults {
  /** Milliseconds by which every answer begins later. */
  readonly latency?: number;
  /** Up to so many milliseconds more, at random. */
  readonly jitter?: number;
  /** Bytes of an answer that pass in a second. */
  readonly bandwidth?: number;
  /** Milliseconds by which the target's end of a connection arrives later. */
  readonly slowClose?: number;
  /** Resets the connection (TCP RST) after so many bytes of an answer; 0: as soon as it is asked something. */
  readonly resetAfter?: number;
  /** Ends the connection in good order after so many bytes of an answer; 0: as soon as it is asked something. */
  readonly cutAfter?: number;
  /** Accepts connections and swallows what is sent. Connections that lost something are reset when this is over. */
  readonly halfOpen?: boolean;
  /** Resets all connections and does not listen any more; listens on the same port again when this is over. */
  readonly refused?: boolean;
}

/** A running fault proxy. */
export interface FaultProxy {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Has these faults from now on, and no others: `use({})` mends all. */
  use(faults: Faults): Promise<void>;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** How a fault proxy draws its random numbers. */
export interface FaultProxyOptions {
  /** The same seed gives the same jitter. Default 1. */
  readonly seed?: number;
}

/** Starts a TCP proxy on a free port of 127.0.0.1 that passes all to `targetPort` there, with faults that a test switches. */
export async function startFaultProxy(targetPort: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const random = seededRandom(options.seed ?? 1);
  const open = new Set<FaultyConnection>();
  let faults: Faults = {};
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections++;
    const connection = new FaultyConnection(client, targetPort, { random, faults: () => faults });
    open.add(connection);
    client.on('close', () => open.delete(connection));
  });
  const port = await listen(server);
  const stopListening = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  const reset = (which: (connection: FaultyConnection) => boolean): void => {
    for (const connection of open) if (which(connection)) connection.reset();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    use: async (next) => {
      faults = next;
      reset(({ lostBytes }) => next.refused === true || (lostBytes && next.halfOpen !== true));
      if (next.refused && server.listening) await stopListening();
      else if (!next.refused && !server.listening) await listen(server, port);
    },
    close: async () => {
      reset(() => true);
      if (server.listening) await stopListening();
    },
  };
}
