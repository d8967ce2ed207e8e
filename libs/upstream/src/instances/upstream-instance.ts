import type { Instance } from '@portico/discovery';
import { CallHistory } from '../health/call-history.ts';
import type { Send } from '../send.ts';
import { MeanLatency } from './mean-latency.ts';

/** One instance of an upstream at work: its connections, and what is known of it from the calls so far. */
export class UpstreamInstance {
  /** Calls under way, bodies included. */
  inFlight = 0;
  /** Left out because its answers to real calls fail; `OutlierEjection` sets it. */
  ejected = false;
  /** Left out because it fails its probes; `ActiveHealth` sets it. */
  failsProbes = false;
  /** Its share of the traffic at the moment, slow start included; above 0 for every candidate. `InstanceSet` sets it. */
  weight = 1;
  /** How its last probe ended, and when (monotonic milliseconds); `ActiveHealth` sets it. */
  lastProbe: { readonly good: boolean; readonly at: number } | undefined;
  /** How its last calls ended. */
  readonly history = new CallHistory();
  /** How long it takes. */
  readonly latency = new MeanLatency();

  /**
   * @param description as its source gives it; replaced when weight, zone or health change
   * @param send one attempt on its own connections
   * @param since when it joined, in the clock's monotonic milliseconds; `-Infinity`: it was there from the beginning
   */
  constructor(
    public description: Instance,
    readonly send: Send,
    readonly since: number,
  ) {}

  /** False: somebody took it out of service on purpose, so it gets no calls in any case. */
  get inService(): boolean {
    return this.description.withdrawn === undefined;
  }

  /** Whether it should get traffic, as far as its registry, its probes and its calls say. */
  get healthy(): boolean {
    return this.description.healthy && !this.ejected && !this.failsProbes;
  }
}
