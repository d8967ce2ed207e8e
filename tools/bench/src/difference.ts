import type { Round } from './measure.ts';
import { isDisturbed, median } from './summary.ts';

/**
 * How many microseconds of CPU a request one row costs more than another of its task: the median over all turns of what each
 * turn cost more than the other row's, half a second away. A difference of a few percent would drown in the difference of
 * two medians: from one minute to the next the same work costs a tenth more or less on a machine that others use too.
 *
 * @returns undefined when the two were never measured side by side
 */
export function differenceOf(rounds: readonly Round[], of: string, minus: string): number | undefined {
  const pairs = rounds.flatMap((round) => {
    const other = rounds.find(({ key, at }) => key === minus && at === round.at);
    return round.key === of && other ? [[round, other] as const] : [];
  });
  const clean = pairs.filter((pair) => !pair.some(isDisturbed));
  const differences = (clean.length > 0 ? clean : pairs).flatMap(([round, other]) =>
    (round.turns ?? []).map((cost, turn) => cost - other.turns![turn]!),
  );
  return differences.length === 0 ? undefined : median(differences);
}
