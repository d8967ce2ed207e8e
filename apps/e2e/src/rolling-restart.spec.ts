import { setTimeout as pause } from 'node:timers/promises';
import { SteadyLoad } from '../test/steady-load.ts';
import { ServerProcess } from './server-process.ts';

const SERVICES = ['catalog', 'inventory', 'reviews'] as const;

describe('two instances of each service behind the web BFF', () => {
  const servers: ServerProcess[] = [];
  let bff: ServerProcess;

  async function launch(name: string, folder: string, environment: Record<string, string>): Promise<ServerProcess> {
    const server = new ServerProcess(name, folder, environment);
    servers.push(server);
    await server.start();
    return server;
  }

  beforeAll(async () => {
    const pairs = SERVICES.map((name) =>
      Promise.all([1, 2].map(() => launch(name, `apps/shop/${name}`, { DATA_DIR: ':memory:' }))),
    );
    const addresses = (await Promise.all(pairs)).map((pair, index) => [
      `${SERVICES[index]!.toUpperCase()}_URL`,
      pair.map(({ url }) => url).join(','),
    ]);
    bff = await launch('web-bff', 'apps/web-bff', { ...Object.fromEntries(addresses) });
  }, 120_000);
  afterAll(async () => {
    for (const server of servers.toReversed()) await server.stop();
  }, 60_000);

  it('case 94: a rolling restart under load fails no GET', async () => {
    const paths = ['/api/catalog/products?limit=1', '/api/pages/product/p-0001', '/api/reviews/summaries/p-0001'];
    const load = new SteadyLoad(
      paths.map((path) => bff.url + path),
      8,
    );
    for (const server of servers.filter(({ name }) => name !== 'web-bff')) {
      await pause(300);
      await server.stop();
      await pause(300);
      await server.start();
    }
    await pause(300);
    const { requests, failures } = await load.stop();
    process.stdout.write(`rolling restart: ${requests} GETs, ${failures.length} failed\n`);
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
  }, 120_000);
});
