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
 * How much more one row costs than another of its task: what each turn cost more than the other row's turn beside it, and of
 * the quieter half of these pairs the median. A difference of a few percent would drown in the difference of two medians:
 * from one minute to the next the same work costs up to half more on a machine that others use too. Quiet pairs are those that
 * cost the least together, so that neither of the two is favoured.
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
  const costs = (doubtful ? pairs : clean).flatMap(([round, other]) =>
    round.turns!.map((cost, turn) => [cost, other.turns![turn]!] as const),
  );
  const quiet = costs.sort((a, b) => a[0] + a[1] - b[0] - b[1]).slice(0, Math.ceil(costs.length / 2));
  if (quiet.length === 0) return undefined;
  return { value: median(quiet.map(([cost, beside]) => cost - beside)), doubtful };
}
