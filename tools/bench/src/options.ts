import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchOptions {
  /** Hold the floors against the medians, exit 1 when one is missed. */
  readonly check: boolean;
  /** How often every row is measured. Default 3. */
  readonly rounds: number;
  /** Rows or contestants to measure alone, by the start or the end of their key; nothing is written then. Default all. */
  readonly only: readonly string[];
}

/** @throws Error in plain words when an argument is not known or not valid */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: args.map((one) => (one === '--check=true' ? '--check' : one)),
    options: { check: { type: 'boolean' }, rounds: { type: 'string' }, only: { type: 'string' } },
  });
  const rounds = Number(values.rounds ?? 3);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds}: must be a whole number from 1`);
  return { check: values.check ?? false, rounds, only: values.only?.split(',').filter((one) => one !== '') ?? [] };
}
