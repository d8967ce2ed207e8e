import { setTimeout as pause } from 'node:timers/promises';
import { type CountingService, startCountingService } from '../test/counting-service.ts';
import { consul, eureka, kubernetes, type Registry } from '../test/registries.ts';
import { SteadyLoad } from '../test/steady-load.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT = 120_000;
const PATH = '/api/catalog/products';

/** What `/health/ready` says of the catalog. */
interface CatalogHealth {
  readonly name: string;
  readonly traffic: string;
  readonly instances: readonly { readonly state: string }[];
}

/** The web BFF and so many instances of the catalog, which it knows by a registry alone. */
class RegisteredCatalog {
  private constructor(
    readonly registry: Registry,
    readonly bff: ServerProcess,
    readonly instances: readonly CountingService[],
  ) {}

  static async start(registry: Registry, weights: readonly number[]): Promise<RegisteredCatalog> {
    const instances = await Promise.all(weights.map(() => startCountingService()));
    await Promise.all(instances.map(({ url }, index) => registry.register('catalog', url, weights[index])));
    for (const other of ['inventory', 'reviews']) await registry.register(other, instances[0]!.url);
    const bff = new ServerProcess('web-bff', 'apps/web-bff', { EGRESS_RANGES: '127.0.0.0/8', ...registry.environment });
    await bff.start();
    return new RegisteredCatalog(registry, bff, instances);
  }

  get url(): string {
    return this.bff.url + PATH;
  }

  get calls(): number {
    return this.instances.reduce((sum, instance) => sum + instance.calls, 0);
  }

  /** Asks for health until it says so much of the catalog, its instances' states in alphabetic order. */
  async catalogIs(traffic: string, states: string): Promise<void> {
    const end = performance.now() + 30_000;
    for (;;) {
      const health = (await (await fetch(`${this.bff.url}/health/ready`)).json()) as { upstreams: CatalogHealth[] };
      const catalog = health.upstreams.find(({ name }) => name === 'catalog')!;
      const seen = `${catalog.traffic} ${catalog.instances
        .map(({ state }) => state)
        .toSorted()
        .join()}`;
      if (seen === `${traffic} ${states}`) return;
      if (performance.now() > end) throw new Error(`health says "${seen}", not "${traffic} ${states}"`);
      await pause(50);
    }
  }

  async stop(): Promise<void> {
    await this.bff.stop();
    for (const { url } of this.instances) await this.registry.deregister('catalog', url);
    for (const other of ['inventory', 'reviews']) await this.registry.deregister(other, this.instances[0]!.url);
    for (const instance of this.instances) await instance.stop();
  }
}

async function statusesOf(url: string, count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, async () => (await fetch(url)).status));
}

/** The warnings about the catalog in the BFF's log. */
function linesAbout(bff: ServerProcess): string[] {
  const lines = bff.said.split('\n').filter((line) => line.startsWith('{'));
  const records = lines.map((line) => JSON.parse(line) as { level: number; msg?: string });
  return records.filter(({ level, msg }) => level >= 40 && msg?.startsWith('catalog')).map(({ msg }) => msg!);
}

describe('a catalog that its operator takes out of service', () => {
  it.each([
    ['Consul', 'maintenance', consul],
    ['Eureka', 'OUT_OF_SERVICE', eureka],
    ['Kubernetes', 'not ready', kubernetes],
  ])(
    '%s, %s: no GET fails while one is out, none is sent while both are, and all are served once they are back',
    async (name, reason, open) => {
      const shop = await RegisteredCatalog.start(open(), [1, 1]);
      const { registry, instances } = shop;
      const [first, second] = instances as [CountingService, CountingService];
      try {
        await shop.catalogIs('normal', 'healthy,healthy');
        const load = new SteadyLoad([shop.url], 8);
        await registry.withdraw('catalog', first.url);
        await shop.catalogIs('normal', 'healthy,withdrawn');
        const atFirst = first.calls;
        await pause(500);
        expect(first.calls - atFirst).toBeLessThanOrEqual(8);
        const { requests, failures } = await load.stop();
        expect(failures).toEqual([]);

        await registry.withdraw('catalog', second.url);
        await shop.catalogIs('none', 'withdrawn,withdrawn');
        const before = shop.calls;
        expect(new Set(await statusesOf(shop.url, 50))).toEqual(new Set([503]));
        expect(shop.calls).toBe(before);
        process.stdout.write(`${name}: ${requests} GETs, 0 failed; then 50 of 50 503 without a call\n`);
        expect(linesAbout(shop.bff)).toEqual([
          ...instances.map(({ url }) => `catalog: ${new URL(url).host} is withdrawn: its registry says so: ${reason}`),
          `catalog: no instance may get calls: all 2 instances are taken out of service (${reason})`,
        ]);

        for (const { url } of instances) await registry.restore('catalog', url);
        await shop.catalogIs('normal', 'healthy,healthy');
        expect(new Set(await statusesOf(shop.url, 50))).toEqual(new Set([200]));
      } finally {
        await shop.stop();
      }
    },
    TIMEOUT,
  );
});

describe('weights that a real Consul names', () => {
  it.each([[[10, 90]], [[45, 45, 10]], [[1, 1]]])(
    '%j: each instance gets its share of the calls within 2 points',
    async (weights) => {
      const shop = await RegisteredCatalog.start(consul(), weights);
      try {
        await shop.catalogIs('normal', weights.map(() => 'healthy').join());
        await pause(1_000);
        const before = shop.instances.map(({ calls }) => calls);
        const load = new SteadyLoad([shop.url], 8);
        while (load.count < 8_000) await pause(20);
        const { requests, failures } = await load.stop();
        expect(failures).toEqual([]);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const shares = shop.instances.map(({ calls }, index) => ((calls - before[index]!) / requests) * 100);
        process.stdout.write(
          `weights ${weights.join('/')}: shares ${shares.map((share) => share.toFixed(1)).join('/')} %\n`,
        );
        for (const [index, share] of shares.entries()) {
          expect(Math.abs(share - (weights[index]! / total) * 100)).toBeLessThanOrEqual(2);
        }
      } finally {
        await shop.stop();
      }
    },
    TIMEOUT,
  );
});
