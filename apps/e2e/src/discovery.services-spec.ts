import { consul, eureka, kubernetes } from '../test/registries.ts';
import { moveCatalogUnderLoad } from '../test/registered-shop.ts';

const TIMEOUT = 120_000;

describe('the shop known to a registry, the web BFF in front of it', () => {
  it.each([
    ['Consul', consul],
    ['Eureka', eureka],
    ['Kubernetes', kubernetes],
  ])(
    'with %s: a service stops and another one starts elsewhere under load, and no GET fails',
    async (name, registry) => {
      const { requests, failures } = await moveCatalogUnderLoad(registry());
      process.stdout.write(`${name}: ${requests} GETs while the catalog moved, ${failures.length} failed\n`);
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
    },
    TIMEOUT,
  );
});
