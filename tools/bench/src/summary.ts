import type { Round } from './measure.ts';

/** A round in which the contestant had less of its core than this was disturbed by others, or waited for the load. */
const LEAST_UTILISATION = 0.85;

/** Whether a round says less than it should, see `LEAST_UTILISATION`. */
export function isDisturbed({ utilisation }: Round): boolean {
  return utilisation !== null && utilisation < LEAST_UTILISATION;
}

/** The medians of a row's rounds. */
export interface Summary extends Pick<Round, 'key' | 'cpu' | 'utilisation' | 'p50' | 'p99' | 'memory'> {
  /** Requests a second in the window. */
  readonly rate: number;
  readonly rounds: number;
  /** Rounds left out because the contestant did not have its core to itself. */
  readonly disturbed: number;
  /** All rounds were disturbed, and the medians are taken over them. */
  readonly doubtful: boolean;
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians over the undisturbed rounds of each row, in the order the rows were first measured. */
export function summarise(rounds: readonly Round[]): Summary[] {
  const keys = [...new Set(rounds.map((round) => round.key))];
  return keys.map((key) =>
    summaryOf(
      key,
      rounds.filter((round) => round.key === key),
    ),
  );
}

function summaryOf(key: string, all: readonly Round[]): Summary {
  const clean = all.filter((round) => !isDisturbed(round));
  const kept = clean.length > 0 ? clean : all;
  const of = (pick: (round: Round) => number) => median(kept.map(pick));
  const ofNullable = (pick: (round: Round) => number | null) =>
    kept.some((round) => pick(round) === null) ? null : of((round) => pick(round)!);
  return {
    key,
    cpu: ofNullable((round) => round.cpu),
    utilisation: ofNullable((round) => round.utilisation),
    p50: of((round) => round.p50),
    p99: of((round) => round.p99),
    memory: ofNullable((round) => round.memory),
    rate: of((round) => round.requests / round.seconds),
    rounds: all.length,
    disturbed: all.length - clean.length,
    doubtful: clean.length === 0,
  };
}
