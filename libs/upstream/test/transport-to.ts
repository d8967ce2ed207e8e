import { Egress, type Instance } from '@portico/discovery';
import { resolveSettings } from '../src/settings.ts';
import { type Transport, undiciTransport } from '../src/transport/undici-transport.ts';
import { defineUpstream, type UpstreamOptions } from '../src/upstream.ts';

/**
 * Real connections to one instance without any stage around them, for specs of single stages.
 *
 * @param url `http://127.0.0.1:<port>`
 */
export function transportTo(url: string, options: Partial<UpstreamOptions> = {}): Transport {
  const { hostname, port, host } = new URL(url);
  const instance: Instance = {
    id: host,
    protocol: 'http',
    host: hostname,
    port: Number(port),
    serverName: undefined,
    weight: 1,
    zone: undefined,
    tags: [],
    priority: 0,
    healthy: true,
    withdrawn: undefined,
  };
  const settings = resolveSettings(defineUpstream('shop', { url, ...options }), {});
  return undiciTransport(instance, settings, new Egress(['127.0.0.1']));
}
