import type { Clock } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { HealthPolicy } from '../policies/health.policy.ts';
import { publishInstance } from './instance-state.ts';
import { ProbeLoop, type ProbeResult } from './probe-loop.ts';

/** Whose instances are asked, how, and who is told. */
export interface ActiveHealthOptions {
  readonly upstream: string;
  readonly policy: HealthPolicy;
  readonly clock: Clock;
  /** Spreads the probes over time: 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Called after the `failsProbes` of any instance changed. */
  readonly onChange: () => void;
}

/** The probes of one instance. */
interface Probed {
  readonly loop: ProbeLoop;
  /** Answers in a row that speak against what the instance counts as now. */
  against: number;
}

/**
 * Active health: asks each instance now and then whether it can serve, on its own connections, and leaves out those that say no or
 * nothing. A new instance gets traffic until its probes fail: a BFF that starts must not wait for answers, and what joins comes from
 * a registry that had a reason to name it. Instances that were ejected, or that their registry calls unhealthy, are probed
 * too, so that their probes' verdict stands when they come back.
 */
export class ActiveHealth {
  private readonly probed = new Map<UpstreamInstance, Probed>();

  constructor(private readonly options: ActiveHealthOptions) {}

  /** Asks these instances from now on, those that stay without a break. */
  replace(instances: readonly UpstreamInstance[]): void {
    const stay = new Set(instances);
    for (const [instance, { loop }] of this.probed) {
      if (stay.has(instance)) continue;
      loop.close();
      this.probed.delete(instance);
    }
    const { policy, clock, random = Math.random } = this.options;
    const loopOptions = { policy, clock, random, onResult: this.note };
    for (const instance of instances) {
      if (this.probed.has(instance)) continue;
      this.probed.set(instance, { loop: new ProbeLoop(instance, loopOptions), against: 0 });
    }
  }

  /** Asks no more and cuts the probes under way. */
  close(): void {
    this.replace([]);
  }

  private readonly note = (instance: UpstreamInstance, { good, answer }: ProbeResult): void => {
    const { upstream, policy, clock, onChange } = this.options;
    instance.lastProbe = { good, at: clock.now() };
    const probed = this.probed.get(instance)!;
    const contradicts = good === instance.failsProbes;
    probed.against = contradicts ? probed.against + 1 : 0;
    if (probed.against < (good ? policy.healthyAfter : policy.unhealthyAfter)) return;
    const answers = `${probed.against} ${good ? 'good' : 'bad'} in a row`;
    probed.against = 0;
    instance.failsProbes = !good;
    publishInstance(upstream, instance, `answers from ${policy.path}: ${answers}, the last one ${answer}`);
    onChange();
  };
}
