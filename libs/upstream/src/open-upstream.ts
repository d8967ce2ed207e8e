import { ConfigError, type Clock } from '@portico/core';
import { type Egress, type Instance, type InstanceSource, openSource } from '@portico/discovery';
import { buildBalancer } from './balancers/build-balancer.ts';
import { buildSend } from './build-send.ts';
import { anywhere, egressOf } from './egress.ts';
import { BalanceGate } from './gates/balance.gate.ts';
import { ActiveHealth } from './health/active-health.ts';
import { OutlierEjection } from './health/outlier-ejection.ts';
import { InstanceSet } from './instances/instance-set.ts';
import type { Slots } from './gates/bulkhead/slots.ts';
import { openPlaces } from './places.ts';
import type { Send } from './send.ts';
import { resolveAddress, resolveSettings, type UpstreamSettings } from './settings.ts';
import { type Transport, undiciTransport } from './transport/undici-transport.ts';
import type { Upstream } from './upstream.ts';

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
  /** The places of its calls; undefined when it has no bulkhead. */
  readonly slots: Slots | undefined;
  start(): void;
  close(): Promise<void>;
}

/**
 * Opens the source of an upstream's instances and puts its pipeline together. Nothing is asked before `start()`.
 *
 * @throws ConfigError listing what is wrong with its options, its address and its ranges
 */
export function openUpstream(definition: Upstream, options: OpenOptions): OpenUpstream {
  const problems: string[] = [];
  const settings = collect(problems, () => resolveSettings(definition, options.environment));
  const found = collect(problems, () => openAddress(definition, options));
  if (!settings || !found) throw new ConfigError(problems);
  return assemble(settings, found, options);
}

function assemble(settings: UpstreamSettings, { source, egress }: Found, options: OpenOptions): OpenUpstream {
  const { name: upstream, balance: policy } = settings;
  const { clock, random } = options;
  const balancer = buildBalancer(upstream, policy, random);
  const places = openPlaces(settings);
  const open = (instance: Instance): Transport =>
    undiciTransport(instance, settings, egress, { clock, random, longCalls: places });
  const instances = new InstanceSet({ upstream, source, policy, balancer, open, clock });
  const onChange = (): void => instances.refresh();
  const ejection = openEjection(settings, instances, { clock, onChange });
  const health = settings.health && new ActiveHealth({ upstream, policy: settings.health, clock, random, onChange });
  const balance = new BalanceGate(instances, balancer, ejection ? [ejection] : []);
  return {
    settings,
    instances,
    send: buildSend(balance, settings, random, places),
    slots: places.slots,
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

interface Found {
  readonly source: InstanceSource;
  readonly egress: Egress;
}

function openAddress(definition: Upstream, options: OpenOptions): Found {
  const { name: upstream, options: given } = definition;
  const { address, addressField } = resolveAddress(definition, options.environment);
  const problems: string[] = [];
  const egress = collect(problems, () =>
    egressOf(upstream, {
      ranges: Array.isArray(given.egress) ? given.egress : undefined,
      isStatic: /^https?:/i.test(address),
      environment: options.environment,
    }),
  );
  // Ranges that are wrong hide no mistake in the address.
  const source = collect(problems, () => {
    try {
      return openSource(address, { upstream, egress: egress ?? anywhere(), ...options });
    } catch (error) {
      throw new ConfigError(ConfigError.problemsOf(error).map((problem) => nameField(problem, upstream, addressField)));
    }
  });
  if (egress === undefined || source === undefined) throw new ConfigError(problems);
  return { source, egress };
}

/** Sources speak of the address; whoever reads the error needs to know where it is written. */
function nameField(problem: string, upstream: string, field: string): string {
  const start = `upstream ${upstream}: address: `;
  return problem.startsWith(start) ? `${field}: ${problem.slice(start.length)}` : problem;
}

/** What `work` returns; if it fails, its problems are noted and there is nothing. */
function collect<T>(problems: string[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    for (const problem of ConfigError.problemsOf(error)) if (!problems.includes(problem)) problems.push(problem);
    return undefined;
  }
}
