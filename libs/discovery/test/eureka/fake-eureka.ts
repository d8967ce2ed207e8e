import type { ServerResponse } from 'node:http';
import { type FakeUpstream, type RecordedRequest, reply, startFakeUpstream } from '@portico/testing';

/** An instance as it is in the JSON of a real server; tests name what matters to them. */
export interface InstanceJson {
  readonly instanceId: string;
  readonly app: string;
  readonly status: string;
  readonly [key: string]: unknown;
}

/** A registry behind a real socket that answers what the real server was seen to answer. */
export interface FakeEureka {
  /** Base address, ends with a slash. */
  readonly url: string;
  /** `GET apps`, in the order of arrival. */
  readonly asked: readonly string[];
  readonly upstream: FakeUpstream;
  readonly instances: ReadonlyMap<string, InstanceJson>;
  put(instance: InstanceJson): void;
  remove(instance: InstanceJson): void;
  /** Makes the delta empty, as it is after the retention. */
  forgetChanges(): void;
  /** Answers every question by `behaviour` until it is called without one. */
  behave(behaviour?: ReturnType<typeof reply>): void;
  close(): Promise<void>;
}

/** An instance that is UP, with what a real server adds. */
export function instanceJson(id: string, more: Readonly<Record<string, unknown>> = {}): InstanceJson {
  return {
    instanceId: id,
    app: 'CATALOG',
    hostName: `${id}.shop.test`,
    ipAddr: '10.0.0.1',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 4001, '@enabled': 'true' },
    securePort: { $: 7002, '@enabled': 'false' },
    countryId: 1,
    metadata: { '@class': 'java.util.Collections$EmptyMap' },
    ...more,
  };
}

/** Starts a fake that knows nobody. */
export async function startFakeEureka(): Promise<FakeEureka> {
  const registry = new FakeRegistry();
  const answer = (request: RecordedRequest, response: ServerResponse): void => void registry.answer(request, response);
  const upstream = await startFakeUpstream(answer);
  return {
    url: `${upstream.url}/eureka/`,
    get asked() {
      return upstream.requests.map(({ method, url }) => `${method} ${url.replace('/eureka/', '')}`);
    },
    upstream,
    instances: registry.instances,
    put: (instance) => registry.put(instance),
    remove: (instance) => registry.remove(instance),
    forgetChanges: () => registry.changes.clear(),
    behave: (behaviour) => upstream.use(behaviour ?? answer),
    close: () => upstream.close(),
  };
}

class FakeRegistry {
  readonly instances = new Map<string, InstanceJson>();
  readonly changes = new Map<string, InstanceJson>();

  put(instance: InstanceJson): void {
    const key = keyOf(instance.app, instance.instanceId);
    this.change(key, { ...instance, actionType: this.instances.has(key) ? 'MODIFIED' : 'ADDED' });
    this.instances.set(key, instance);
  }

  remove(instance: InstanceJson): void {
    const key = keyOf(instance.app, instance.instanceId);
    this.change(key, { ...instance, actionType: 'DELETED' });
    this.instances.delete(key);
  }

  answer(request: RecordedRequest, response: ServerResponse): unknown {
    const [path = ''] = request.url.split('?', 1);
    if (request.method === 'GET') return reply({ json: this.list(path.endsWith('/delta')) })(request, response);
    return reply({ status: this.write(request, path) })(request, response);
  }

  /** Each instance is in the queue once, in its latest state. */
  private change(key: string, instance: InstanceJson): void {
    this.changes.delete(key);
    this.changes.set(key, instance);
  }

  private write(request: RecordedRequest, path: string): number {
    const [app = '', id = ''] = path.replace('/eureka/apps/', '').split('/').map(decodeURIComponent);
    if (request.method === 'POST') {
      this.put((JSON.parse(request.body.toString()) as { instance: InstanceJson }).instance);
      return 204;
    }
    const instance = this.instances.get(keyOf(app, id));
    if (!instance) return 404;
    if (request.method === 'DELETE') this.remove(instance);
    return 200;
  }

  private list(isDelta: boolean): object {
    const byApp = new Map<string, InstanceJson[]>();
    for (const instance of (isDelta ? this.changes : this.instances).values()) {
      byApp.set(instance.app, [...(byApp.get(instance.app) ?? []), instance]);
    }
    const application = [...byApp].map(([name, instance]) => ({ name, instance }));
    return { applications: { versions__delta: '1', apps__hashcode: this.hash(), application } };
  }

  private hash(): string {
    const statuses = [...this.instances.values()].map(({ status }) => status);
    const names = [...new Set(statuses)].sort();
    return names.map((name) => `${name}_${statuses.filter((status) => status === name).length}_`).join('');
  }
}

function keyOf(app: string, id: string): string {
  return `${app.toUpperCase()}/${id}`;
}
