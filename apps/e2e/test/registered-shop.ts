import { setTimeout as pause } from 'node:timers/promises';
import { ServerProcess } from '../src/server-process.ts';
import type { Registry } from './registries.ts';
import { type LoadReport, SteadyLoad } from './steady-load.ts';

const SERVICES = ['catalog', 'inventory', 'reviews'];

/**
 * Starts the services that a product page needs, known to a registry only, and the web BFF; then moves the catalog under load: a
 * second instance starts elsewhere, the first one stops.
 */
export async function moveCatalogUnderLoad(registry: Registry): Promise<LoadReport> {
  const servers: ServerProcess[] = [];
  const launch = async (name: string, folder: string, environment: Record<string, string>) => {
    const server = new ServerProcess(name, folder, environment);
    servers.push(server);
    await server.start();
    return server;
  };
  const service = async (name: string) => {
    const server = await launch(name, `apps/shop/${name}`, { DATA_DIR: ':memory:' });
    await registry.register(name, server.url);
    return server;
  };
  try {
    const [first] = await Promise.all(SERVICES.map(service));
    const settings = { EGRESS_RANGES: '127.0.0.0/8', ...registry.environment };
    const bff = await launch('web-bff', 'apps/web-bff', settings);
    await isReady(bff.url);
    const paths = ['/api/catalog/products?limit=1', '/api/pages/product/p-0001'];
    const load = new SteadyLoad(
      paths.map((path) => bff.url + path),
      8,
    );
    await pause(500);
    const second = await service('catalog');
    await pause(registry.delay);
    await first!.stop();
    await registry.deregister('catalog', first!.url);
    await pause(registry.delay + 500);
    const report = await load.stop();
    await registry.deregister('catalog', second.url);
    return report;
  } finally {
    for (const server of servers.toReversed()) await server.stop();
  }
}

async function isReady(url: string): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`);
    const text = await answer.text();
    if (answer.ok) return;
    if (performance.now() > end) throw new Error(`the BFF does not get ready: ${text}`);
    await pause(50);
  }
}
