import { cpus, release, type } from 'node:os';
import { CONNECTIONS } from '../measure.ts';

/** Where and how the numbers came about. */
export interface Machine {
  /** Day of the run, UTC. */
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly system: string;
  readonly rounds: number;
  readonly connections: number;
}

/** Describes this machine, without its name. */
export function describeMachine(rounds: number): Machine {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores`,
    system: `${type()} ${release()}`,
    rounds,
    connections: CONNECTIONS,
  };
}
