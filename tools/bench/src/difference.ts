import type { Round } from './measure.ts';
import { isDisturbed, median } from './summary.ts';

/** What one row costs more than another. */
export interface Difference {
  /** Microseconds of CPU a request. */
  readonly value: number;
  /** In every pair of rounds one was disturbed, and the value is taken from them all the same. */
  readonly doubtful: boolean;
}

/**
 * How much more one row costs than another of its task: the median over all turns of what each turn cost more than the other
 * row's turn beside it. A difference of a few percent would drown in the difference of two medians: from one minute to the
 * next the same work costs a tenth more or less on a machine that others use too.
 *
 * @returns undefined when the two were never measured side by side
 */
export function differenceOf(rounds: readonly Round[], of: string, minus: string): Difference | undefined {
  const pairs = rounds.flatMap((round) => {
    const other = rounds.find(({ key, at }) => key === minus && at === round.at);
    return round.key === of && round.turns && other?.turns ? [[round, other] as const] : [];
  });
  const clean = pairs.filter((pair) => !pair.some(isDisturbed));
  const doubtful = clean.length === 0;
  const differences = (doubtful ? pairs : clean).flatMap(([round, other]) =>
    round.turns!.map((cost, turn) => cost - other.turns![turn]!),
  );
  return differences.length === 0 ? undefined : { value: median(differences), doubtful };
}
