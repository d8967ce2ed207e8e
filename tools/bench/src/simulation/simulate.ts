import { RequestContext, startTrace } from '@portico/core';
import {
  type BalancePolicy,
  type Balancer,
  buildBalancer,
  UpstreamInstance,
  type UpstreamRequest,
} from '@portico/upstream';
import { EventQueue } from './event-queue.ts';
import { LOAD, type Scenario } from './scenarios.ts';
import { exponential, seededRandom } from './seeded-random.ts';
import { type Job, SimulatedServer } from './simulated-server.ts';

/** What the clients of one run saw. */
export interface Outcome {
  readonly by: BalancePolicy['by'];
  readonly scenario: Scenario;
  /** Milliseconds; a call that was given up counts with the time that its client waited. */
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Share of the calls that each instance got, 0 to 1; the slow one is the first. */
  readonly shares: readonly number[];
  /** Calls that were given up. */
  readonly timeouts: number;
}

interface Target {
  readonly instance: UpstreamInstance;
  readonly server: SimulatedServer;
  /** Calls that counted. */
  calls: number;
}

/** Sends the load of `LOAD` to simulated instances through a balancer as it ships; the same every time. */
export function simulate(by: BalancePolicy['by'], scenario: Scenario): Outcome {
  return new Simulation(by, scenario).run();
}

class Simulation {
  private readonly events = new EventQueue();
  private readonly random = seededRandom(LOAD.seed);
  private readonly targets = new Map<UpstreamInstance, Target>();
  private readonly balancer: Balancer;
  private readonly clients = Array.from({ length: LOAD.clients }, (_, index) => clientAt(index));
  private readonly latencies: number[] = [];
  private timeouts = 0;

  constructor(
    private readonly by: BalancePolicy['by'],
    private readonly scenario: Scenario,
  ) {
    const { weights = EVEN, slowness } = scenario;
    for (const [index, weight] of weights.entries()) {
      const serviceTime = LOAD.serviceTime * (index === 0 ? slowness : 1);
      const server = new SimulatedServer({ workers: LOAD.workers * weight, serviceTime }, this.events, this.random);
      const instance = instanceNumber(index, weight);
      this.targets.set(instance, { instance, server, calls: 0 });
    }
    const instances = [...this.targets.keys()];
    this.balancer = buildBalancer('simulated', policyFor(by), this.random);
    this.balancer.update(instances, instances);
  }

  run(): Outcome {
    this.arrive(0);
    this.events.run();
    const { by, scenario, timeouts } = this;
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
    const mean = sorted.reduce((sum, latency) => sum + latency, 0) / sorted.length;
    const shares = [...this.targets.values()].map(({ calls }) => calls / sorted.length);
    return { by, scenario, mean, p50: at(0.5), p99: at(0.99), p999: at(0.999), shares, timeouts };
  }

  private arrive(number: number): void {
    const { calls = LOAD.calls, rate = LOAD.rate } = this.scenario;
    if (number === calls) return;
    this.call(number >= LOAD.warmUp);
    this.events.after((1_000 / rate) * exponential(this.random), () => this.arrive(number + 1));
  }

  /** What the stage `balance` does with a call, without the promises. */
  private call(counts: boolean): void {
    const startedAt = this.events.now;
    const ctx = this.clients[Math.floor(this.random() * LOAD.clients)]!;
    const target = this.targets.get(this.balancer.choose(CALL, ctx, startedAt)!)!;
    const { instance, server } = target;
    let hasEnded = false;
    const end = (outcome: 'ok' | 'failure'): void => {
      if (hasEnded) return;
      hasEnded = job.givenUp = true;
      const elapsed = this.events.now - startedAt;
      instance.inFlight--;
      instance.latency.record(outcome, elapsed, this.events.now);
      if (counts) this.count(target, elapsed, outcome);
    };
    const job: Job = { givenUp: false, done: () => end('ok') };
    instance.inFlight++;
    server.take(job);
    this.events.after(LOAD.timeout, () => end('failure'));
  }

  private count(target: Target, elapsed: number, outcome: 'ok' | 'failure'): void {
    this.latencies.push(elapsed);
    target.calls++;
    if (outcome === 'failure') this.timeouts++;
  }
}

const EVEN: readonly number[] = Array.from({ length: LOAD.instances }, () => 1);

const CALL: UpstreamRequest = { method: 'GET', target: '/', headers: [] };

function policyFor(by: BalancePolicy['by']): BalancePolicy {
  const unused = { cookie: undefined, zone: undefined, slowStart: 0, panicBelow: 0 };
  return { by, key: 'address', boundedLoad: 1.25, ...unused };
}

function instanceNumber(index: number, weight: number): UpstreamInstance {
  const description = { id: `instance-${index}`, protocol: 'http', host: '192.0.2.1', port: 4_000 + index } as const;
  const rest = {
    serverName: undefined,
    weight,
    zone: undefined,
    tags: [],
    healthy: true,
    withdrawn: undefined,
    priority: 0,
  };
  const send = () => Promise.reject(new Error('simulated'));
  const made = new UpstreamInstance({ ...description, ...rest }, send, -Infinity);
  made.weight = weight;
  return made;
}

function clientAt(index: number): RequestContext {
  const client = { address: `198.51.${index >> 8}.${index & 255}`, protocol: 'http', host: 'shop.test' } as const;
  return new RequestContext({ requestId: 'simulated', client, trace: startTrace() });
}
