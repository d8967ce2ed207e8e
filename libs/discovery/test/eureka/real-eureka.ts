import { RegistryClient } from '../../src/registry-client.ts';
import { type InstanceJson, instanceJson } from './fake-eureka.ts';

const client = new RegistryClient();

/** An instance on the loopback, as a service written in Java would register it. */
export function realInstance(app: string, id: string, more: Readonly<Record<string, unknown>> = {}): InstanceJson {
  const dataCenterInfo = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };
  return instanceJson(id, { app, ipAddr: '127.0.0.1', dataCenterInfo, ...more });
}

/** What others do with a peer, below its base: `PUT apps/A/id/status?value=DOWN`. @throws Error for what it refuses */
export async function tell(
  peer: string,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const { status } = await client.ask({ method, url: new URL(path, peer).href, body, timeout: 10_000 });
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}

/** Registers with a peer; the lease is not renewed. */
export function post(peer: string, instance: InstanceJson): Promise<void> {
  return tell(peer, 'POST', `apps/${instance.app}`, { instance });
}
