import { requireService } from '@portico/testing';

/** A registry as an operator of it needs one: real, and found by the variables of `npm run test:services`. */
export interface Registry {
  /** Makes a service known at an address; `weight` is its share of the calls, 1 to 65,535, default 1. */
  register(service: string, url: string, weight?: number): Promise<void>;
  /** Takes it out again. */
  deregister(service: string, url: string): Promise<void>;
  /** Takes an instance out of service on purpose; its entry stays. */
  withdraw(service: string, url: string): Promise<void>;
  /** Puts it back into service. */
  restore(service: string, url: string): Promise<void>;
  /** `CATALOG_URL` and the like, and how to reach the registry. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds after which every BFF has heard of a change. */
  readonly delay: number;
}

async function ask(url: string, method: string, body?: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
}

/** One agent. */
export function consul(): Registry {
  const agent = requireService('CONSUL_URL');
  const idOf = (service: string, url: string) => `e2e-${service}-${new URL(url).port}`;
  return {
    register: (service, url, weight = 1) =>
      ask(`${agent}/v1/agent/service/register`, 'PUT', {
        ID: idOf(service, url),
        Name: `e2e-${service}`,
        Address: '127.0.0.1',
        Port: Number(new URL(url).port),
        Weights: { Passing: weight, Warning: 1 },
        Check: { HTTP: `${url}/health/ready`, Interval: '1s', Status: 'passing' },
      }),
    deregister: (service, url) => ask(`${agent}/v1/agent/service/deregister/${idOf(service, url)}`, 'PUT'),
    withdraw: (service, url) =>
      ask(`${agent}/v1/agent/service/maintenance/${idOf(service, url)}?enable=true&reason=migration`, 'PUT'),
    restore: (service, url) => ask(`${agent}/v1/agent/service/maintenance/${idOf(service, url)}?enable=false`, 'PUT'),
    environment: {
      CONSUL_URL: agent,
      CATALOG_URL: 'consul://e2e-catalog',
      INVENTORY_URL: 'consul://e2e-inventory',
      REVIEWS_URL: 'consul://e2e-reviews',
    },
    delay: 500,
  };
}

/** Two peers; what one is told reaches the other. */
export function eureka(): Registry {
  const peers = requireService('EUREKA_URL');
  const peer = peers.split(',')[0]!.replace(/\/$/, '');
  const appOf = (service: string) => `E2E-${service.toUpperCase()}`;
  const statusOf = (service: string, url: string) => `${peer}/apps/${appOf(service)}/${new URL(url).host}/status`;
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
    withdraw: (service, url) => ask(`${statusOf(service, url)}?value=OUT_OF_SERVICE`, 'PUT'),
    restore: (service, url) => ask(`${statusOf(service, url)}?value=UP`, 'DELETE'),
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
export function kubernetes(): Registry {
  const api = requireService('KUBERNETES_URL');
  const { port } = new URL(api);
  const etcd = `http://127.0.0.1:${Number(port) + 1}/v3/kv`;
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const nameOf = (service: string, url: string) => `e2e-${service}-${new URL(url).port}`;
  const keyOf = (service: string, url: string) => encode(`/registry/endpointslices/shop/${nameOf(service, url)}`);
  const put = (service: string, url: string, ready: boolean) =>
    ask(`${etcd}/put`, 'POST', {
      key: keyOf(service, url),
      value: encode(JSON.stringify(sliceOf(service, nameOf(service, url), Number(new URL(url).port), ready))),
    });
  return {
    register: (service, url) => put(service, url, true),
    withdraw: (service, url) => put(service, url, false),
    restore: (service, url) => put(service, url, true),
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

function sliceOf(service: string, name: string, port: number, ready: boolean): object {
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
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready } }],
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  };
}
