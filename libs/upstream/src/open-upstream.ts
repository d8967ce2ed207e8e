import { ConfigError, type Clock } from '@portico/core';
import { openSource } from '@portico/discovery';
import { buildBalancer } from './balancers/build-balancer.ts';
import { buildSend } from './build-send.ts';
import { egressOf } from './egress.ts';
import { ActiveHealth } from './health/active-health.ts';
import { OutlierEjection } from './health/outlier-ejection.ts';
import { InstanceSet } from './instances/instance-set.ts';
import type { Send } from './send.ts';
import type { UpstreamSettings } from './settings.ts';
import { type AttemptObserver, balance } from './stages/balance.stage.ts';
import { undiciTransport } from './transport/undici-transport.ts';

/** What upstreams are opened with. */
export interface OpenOptions {
  /** Where variables are looked up; `process.env` if undefined. */
  readonly environment: Readonly<Record<string, string | undefined>> | undefined;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** One upstream at work. */
export interface OpenUpstream {
  readonly settings: UpstreamSettings;
  readonly instances: InstanceSet;
  readonly send: Send;
  start(): void;
  close(): Promise<void>;
}

/**
 * Opens the source of an upstream's instances and puts its pipeline together. Nothing is asked before `start()`.
 *
 * @throws ConfigError listing what is wrong with its address and its ranges
 */
export function openUpstream(settings: UpstreamSettings, options: OpenOptions): OpenUpstream {
  const { name: upstream } = settings;
  const { clock, random } = options;
  const egress = egressOf(upstream, {
    ranges: settings.egress,
    isStatic: /^https?:/i.test(settings.address),
    environment: options.environment,
  });
  const source = namingField(settings, () => openSource(settings.address, { upstream, egress, ...options }));
  const balancer = buildBalancer(upstream, settings.balance, random);
  const open = (instance: Parameters<typeof undiciTransport>[0]) => undiciTransport(instance, settings, egress);
  const instances = new InstanceSet({ upstream, source, policy: settings.balance, balancer, open, clock });
  const observers: AttemptObserver[] = [];
  const onChange = (): void => instances.refresh();
  const ejection = openEjection(settings, instances, { clock, onChange });
  if (ejection) observers.push(ejection);
  const health = settings.health && new ActiveHealth({ upstream, policy: settings.health, clock, random, onChange });
  return {
    settings,
    instances,
    send: buildSend(balance(instances, balancer, observers), settings, random),
    start: () => {
      instances.start();
      if (health) instances.onReplace((all) => health.replace(all));
    },
    close: async () => {
      health?.close();
      ejection?.close();
      await instances.close();
    },
  };
}

function openEjection(
  { name, ejection: policy }: UpstreamSettings,
  instances: InstanceSet,
  means: { readonly clock: Clock; readonly onChange: () => void },
): OutlierEjection | undefined {
  if (policy === false) return undefined;
  const ejection = new OutlierEjection({ upstream: name, policy, ...means });
  instances.onReplace((all) => ejection.replace(all));
  return ejection;
}

/** Sources speak of the address; whoever reads the error needs to know where it is written. */
function namingField<T>({ name, addressField }: UpstreamSettings, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const from = `upstream ${name}: address: `;
    const problems = ConfigError.problemsOf(error).map((problem) =>
      problem.startsWith(from) ? `${addressField}: ${problem.slice(from.length)}` : problem,
    );
    throw new ConfigError(problems);
  }
}
