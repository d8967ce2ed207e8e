import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Curve } from './curve.ts';
import { DOCUMENT, withGrowingBff } from './measure-bff.ts';

/** What a client costs that stays connected and asks for nothing. */
export const curve: Curve = {
  name: 'connections',
  title: 'Connections of clients at rest',
  unit: 'connections',
  points: [500, 1_000, 2_000, 4_000],
  bound:
    '`MAX_CONNECTIONS` bounds them; one more is closed at once, and a log line counts it. Each has sent one request and stays open; 8 others send requests meanwhile.',
  measure: (connections) =>
    withGrowingBff({ MAX_CONNECTIONS: '8192', KEEP_ALIVE_TIMEOUT: '60000' }, '/service-0', async (bff) => {
      await bff.costOf('/service-0', DOCUMENT.length);
      const before = await bff.memory();
      const resting: Socket[] = [];
      for (let i = 0; i < connections; i++) resting.push(await restingConnection(bff.port));
      const cpu = await bff.costOf('/service-0', DOCUMENT.length);
      const kibibytes = ((await bff.memory()) - before) * 1024;
      for (const socket of resting) socket.destroy();
      return { 'KiB a connection': kibibytes / connections, 'CPU µs a request of others': cpu };
    }),
};

async function restingConnection(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write('GET /service-0 HTTP/1.1\r\nHost: bench\r\n\r\n');
  await once(socket, 'data');
  socket.resume();
  return socket;
}
