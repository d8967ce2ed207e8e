import { isIP } from 'node:net';
import { systemClock } from '@portico/core';
import { InstanceList } from '../instance-list.ts';
import type { Candidate, Instance } from '../instance.ts';
import type { InstanceSource, SourceStatus } from '../instance-source.ts';
import type { SourceOptions } from '../source-options.ts';
import type { Registry } from './apply-delta.ts';
import { type EurekaSettings, readSettings } from './eureka-settings.ts';
import type { EurekaInstance } from './parse-applications.ts';
import { joinRegistry, type RegistryReader } from './shared-registry.ts';

/**
 * Milliseconds for which it is doubted that nobody is left. A server keeps its registry in memory: after a restart it knows who
 * is there when all have renewed (a lease is 90 s), and says so by a cache that it fills every 30 s.
 */
const DOUBT_EMPTY = 120_000;
/** Statuses that somebody chose: the operator's override, and an instance that has not begun to serve. */
const WITHDRAWN: ReadonlySet<string> = new Set(['OUT_OF_SERVICE', 'STARTING']);

/**
 * The instances of `eureka://APP` (`?scheme=https`, `?interval=` in milliseconds, default 30000): those registered as APP with the
 * peers of `EUREKA_URL`. Only status UP is healthy; OUT_OF_SERVICE and STARTING are withdrawn. `ipAddr` is what is connected to, since it needs no resolver and is checked
 * here; `hostName` is then the name for `Host` and TLS. Metadata: `zone` and `weight` are used, the rest become tags `key=value`.
 *
 * A registry in self-preservation goes on listing instances that no longer renew. They are used as it says: who is really there
 * is found out by health checks and ejection. An error drops nobody.
 *
 * @throws ConfigError listing all that is wrong with the address and with `EUREKA_URL`
 */
export function openEureka(url: URL, options: SourceOptions): InstanceSource {
  return new EurekaSource(readSettings(url, options), options);
}

class EurekaSource implements InstanceSource, RegistryReader {
  readonly kind = 'eureka';
  readonly interval: number;
  private readonly list: InstanceList;
  private leave: (() => void) | undefined;

  constructor(
    private readonly settings: EurekaSettings,
    private readonly options: SourceOptions,
  ) {
    const { upstream, egress, clock = systemClock } = options;
    this.interval = settings.interval;
    this.list = new InstanceList({ upstream, kind: this.kind, egress, clock, doubtEmpty: DOUBT_EMPTY });
  }

  get instances(): readonly Instance[] {
    return this.list.instances;
  }

  get status(): SourceStatus {
    return this.list.status;
  }

  start(): void {
    const { clock = systemClock, random = Math.random } = this.options;
    this.leave = joinRegistry({ peers: this.settings.peers, clock, random }, this);
  }

  onChange(listener: (instances: readonly Instance[]) => void): void {
    this.list.onChange(listener);
  }

  close(): void {
    this.leave?.();
    this.list.close();
  }

  accept(registry: Registry): void {
    const { app, scheme } = this.settings;
    const own = [...registry.values()].filter((instance) => instance.app === app);
    this.list.accept(own.map((instance) => candidateOf(instance, scheme)));
  }

  fail(reason: string): void {
    this.list.fail(reason);
  }
}

function candidateOf(instance: EurekaInstance, protocol: 'http' | 'https'): Candidate {
  const { id, hostName, ipAddr, status, metadata } = instance;
  const { zone, weight, ...others } = metadata;
  return {
    id,
    host: ipAddr || hostName,
    // A port that is not enabled is 0, which the list refuses, and says so.
    port: protocol === 'https' ? instance.securePort : instance.port,
    serverName: ipAddr && hostName && isIP(hostName) === 0 ? hostName : undefined,
    protocol,
    healthy: status === 'UP',
    withdrawn: WITHDRAWN.has(status) ? status : undefined,
    ...(weight && { weight: Number(weight) }),
    zone,
    tags: Object.entries(others).map(([key, value]) => `${key}=${value}`),
  };
}
