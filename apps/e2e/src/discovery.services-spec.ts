import { requireService } from '@portico/testing';
import { moveCatalogUnderLoad, type Registry } from '../test/registered-shop.ts';

const TIMEOUT = 120_000;

async function ask(url: string, method: string, body?: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
}

function consul(): Registry {
  const agent = requireService('CONSUL_URL');
  const idOf = (service: string, url: string) => `e2e-${service}-${new URL(url).port}`;
  return {
    register: (service, url) =>
      ask(`${agent}/v1/agent/service/register`, 'PUT', {
        ID: idOf(service, url),
        Name: `e2e-${service}`,
        Address: '127.0.0.1',
        Port: Number(new URL(url).port),
        Check: { HTTP: `${url}/health/ready`, Interval: '1s', Status: 'passing' },
      }),
    deregister: (service, url) => ask(`${agent}/v1/agent/service/deregister/${idOf(service, url)}`, 'PUT'),
    environment: {
      CONSUL_URL: agent,
      CATALOG_URL: 'consul://e2e-catalog',
      INVENTORY_URL: 'consul://e2e-inventory',
      REVIEWS_URL: 'consul://e2e-reviews',
    },
    delay: 500,
  };
}

function eureka(): Registry {
  const peers = requireService('EUREKA_URL');
  const peer = peers.split(',')[0]!.replace(/\/$/, '');
  const appOf = (service: string) => `E2E-${service.toUpperCase()}`;
  return {
    register: (service, url) =>
      ask(`${peer}/apps/${appOf(service)}`, 'POST', {
        instance: {
          instanceId: new URL(url).host,
          hostName: '127.0.0.1',
          app: appOf(service),
          ipAddr: '127.0.0.1',
          vipAddress: service,
          status: 'UP',
          port: { $: Number(new URL(url).port), '@enabled': 'true' },
          leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
          dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
        },
      }),
    deregister: (service, url) => ask(`${peer}/apps/${appOf(service)}/${new URL(url).host}`, 'DELETE'),
    environment: {
      EUREKA_URL: peers,
      CATALOG_URL: 'eureka://E2E-CATALOG?interval=500',
      INVENTORY_URL: 'eureka://E2E-INVENTORY?interval=500',
      REVIEWS_URL: 'eureka://E2E-REVIEWS?interval=500',
    },
    delay: 2_000,
  };
}

/** The API refuses loopback addresses in slices, so they are written into its etcd, one port above (see the service's README). */
function kubernetes(): Registry {
  const api = requireService('KUBERNETES_URL');
  const { port } = new URL(api);
  const etcd = `http://127.0.0.1:${Number(port) + 1}/v3/kv`;
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const nameOf = (service: string, url: string) => `e2e-${service}-${new URL(url).port}`;
  const keyOf = (service: string, url: string) => encode(`/registry/endpointslices/shop/${nameOf(service, url)}`);
  return {
    register: (service, url) =>
      ask(`${etcd}/put`, 'POST', {
        key: keyOf(service, url),
        value: encode(JSON.stringify(sliceOf(service, nameOf(service, url), Number(new URL(url).port)))),
      }),
    deregister: (service, url) => ask(`${etcd}/deleterange`, 'POST', { key: keyOf(service, url) }),
    environment: {
      KUBERNETES_URL: api,
      KUBERNETES_CA: requireService('KUBERNETES_CA'),
      KUBERNETES_TOKEN: requireService('KUBERNETES_TOKEN'),
      CATALOG_URL: 'kubernetes://e2e-catalog.shop',
      INVENTORY_URL: 'kubernetes://e2e-inventory.shop',
      REVIEWS_URL: 'kubernetes://e2e-reviews.shop',
    },
    delay: 500,
  };
}

function sliceOf(service: string, name: string, port: number): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'kubernetes.io/service-name': `e2e-${service}` },
    },
    endpoints: [{ addresses: ['127.0.0.1'] }],
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  };
}

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
