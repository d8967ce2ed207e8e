import { differenceOf } from './difference.ts';
import type { Floor, MedianFloor } from './floors.ts';
import type { Round } from './measure.ts';
import { summarise, type Summary } from './summary.ts';

/** How a floor came out. */
export interface Verdict {
  readonly floor: Floor;
  /** The number that was held against it; undefined when a row of it was not measured. */
  readonly value: number | undefined;
  /** It rests on rounds that were disturbed, for there were no others. */
  readonly doubtful: boolean;
  readonly met: boolean;
}

/** Holds floors against the rounds of a run. A floor whose rows were not measured is missed: nothing passes unseen. */
export function holdFloors(floors: readonly Floor[], rounds: readonly Round[]): Verdict[] {
  const summaries = summarise(rounds);
  return floors.map((floor) => {
    const measured = 'minus' in floor ? differenceOf(rounds, floor.of, floor.minus) : medianOf(floor, summaries);
    const { value, doubtful } = measured ?? { value: undefined, doubtful: false };
    const met = value !== undefined && value >= (floor.atLeast ?? -Infinity) && value <= (floor.atMost ?? Infinity);
    return { floor, value, doubtful, met };
  });
}

function medianOf({ measure, of, dividedBy }: MedianFloor, summaries: readonly Summary[]) {
  const [one, other] = [of, dividedBy].map((wanted) => summaries.find(({ key }) => key === wanted));
  const value = one?.[measure] ?? undefined;
  if (value === undefined) return undefined;
  if (dividedBy === undefined) return { value, doubtful: one!.doubtful };
  const divisor = other?.[measure] ?? undefined;
  return divisor === undefined ? undefined : { value: value / divisor, doubtful: one!.doubtful || other!.doubtful };
}

/** The value of a floor as people read it: a ratio, a difference of times, or memory in MiB; with `*` when it is doubtful. */
export function formatValue({ floor, value, doubtful }: Verdict): string {
  if (value === undefined) return 'not measured';
  const mark = doubtful ? '*' : '';
  if ('minus' in floor) return `${value.toFixed(1)} µs${mark}`;
  return `${floor.measure === 'memory' ? `${(value / 1_048_576).toFixed(0)} MiB` : `${value.toFixed(2)} x`}${mark}`;
}
