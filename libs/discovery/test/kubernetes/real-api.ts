import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';

/** A real API server as `service start kubernetes` makes it: what a test writes there, and what it does to its process. */
export class RealApi {
  private readonly ca: string;

  constructor(
    readonly url: string,
    readonly caFile: string,
    readonly token: string,
  ) {
    this.ca = readFileSync(caFile, 'utf8');
  }

  /** One of its own for a test. */
  async namespace(): Promise<string> {
    const made = await this.send('POST', '/api/v1/namespaces', { metadata: { generateName: 'portico-' } });
    return (made as { metadata: { name: string } }).metadata.name;
  }

  /** A slice of the service `catalog` with the port `http` 4001. */
  async createSlice(namespace: string, name: string, addresses: readonly string[], more: object = {}): Promise<void> {
    await this.send('POST', slicesOf(namespace), {
      metadata: { name, labels: { 'kubernetes.io/service-name': 'catalog' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 4001 }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
      ...more,
    });
  }

  /** Merges these fields into a slice (RFC 7396). */
  async patchSlice(namespace: string, name: string, fields: object): Promise<void> {
    await this.send('PATCH', `${slicesOf(namespace)}/${name}`, fields);
  }

  async deleteSlice(namespace: string, name: string): Promise<void> {
    await this.send('DELETE', `${slicesOf(namespace)}/${name}`);
  }

  /** The version of the cluster now. */
  async version(namespace: string): Promise<string> {
    const list = await this.send('GET', slicesOf(namespace));
    return (list as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  }

  /** Lets the service account `gateway` of `shop` list and watch slices. */
  async allowGateway(namespace: string): Promise<void> {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const rules = [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] }];
    await this.send('POST', `${path}/roles`, { metadata: { name: 'slices' }, rules });
    await this.send('POST', `${path}/rolebindings`, {
      metadata: { name: 'slices' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'slices' },
      subjects: [{ kind: 'ServiceAccount', name: 'gateway', namespace: 'shop' }],
    });
  }

  /** Sends a signal to the API server; one that ends comes back in 2 to 3 s. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(Number(readFileSync(join(dirname(this.caFile), 'kube-apiserver.pid'), 'utf8')), name);
  }

  /** @throws Error for every answer but 2xx */
  private send(method: string, path: string, body?: object): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': type };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, headers, ca: this.ca, timeout: 10_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }
}

function slicesOf(namespace: string): string {
  return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
}
