import type { BalancePolicy } from '@portico/upstream';

/** What happens to the instances. */
export interface Scenario {
  readonly name: string;
  /** How many times as slow as the others the first instance is. */
  readonly slowness: number;
  /** Weights of the instances. Default: ten of weight 1. */
  readonly weights?: readonly number[];
  /** Calls a second. Default `LOAD.rate`. */
  readonly rate?: number;
  /** Default `LOAD.calls`. */
  readonly calls?: number;
}

/** One slow instance in ten, in degrees. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'all ten alike', slowness: 1 },
  { name: 'one of ten 3 times as slow', slowness: 3 },
  { name: 'one of ten 10 times as slow', slowness: 10 },
  { name: 'one of ten 100 times as slow', slowness: 100 },
];

/** The balancers, in the order of the report. */
export const BALANCERS: readonly BalancePolicy['by'][] = ['p2c', 'leastRequest', 'random', 'roundRobin', 'hash'];

/** What all runs have in common. */
export const LOAD = {
  seed: 20_240_601,
  instances: 10,
  workers: 64,
  /** Mean milliseconds of a call to an instance that is not slow. */
  serviceTime: 10,
  /** Calls a second, at random moments (Poisson). */
  rate: 2_000,
  calls: 120_000,
  /** Calls at the start that are not counted: nobody has learned anything yet. */
  warmUp: 2_000,
  /** Clients, each with an address of its own: what `hash` goes by. */
  clients: 1_000,
  /** Milliseconds after which a client gives up. */
  timeout: 2_000,
} as const;
