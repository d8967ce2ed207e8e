import { differenceOf } from './difference.ts';
import type { Floor } from './floors.ts';
import type { Round } from './measure.ts';
import { summarise, type Summary } from './summary.ts';

/** How a floor came out. */
export interface Verdict {
  readonly floor: Floor;
  /** The number that was held against it; undefined when a row of it was not measured. */
  readonly value: number | undefined;
  readonly met: boolean;
}

/** Holds floors against the rounds of a run. A floor whose rows were not measured is missed: nothing passes unseen. */
export function holdFloors(floors: readonly Floor[], rounds: readonly Round[]): Verdict[] {
  const summaries = summarise(rounds);
  return floors.map((floor) => {
    const { of, minus } = floor;
    const value = minus === undefined ? medianOf(floor, summaries) : differenceOf(rounds, of, minus);
    const met = value !== undefined && value >= (floor.atLeast ?? -Infinity) && value <= (floor.atMost ?? Infinity);
    return { floor, value, met };
  });
}

function medianOf({ measure, of, dividedBy }: Floor, summaries: readonly Summary[]): number | undefined {
  const measured = (key: string) => summaries.find((summary) => summary.key === key)?.[measure] ?? undefined;
  const value = measured(of);
  if (dividedBy === undefined || value === undefined) return value;
  const other = measured(dividedBy);
  return other === undefined ? undefined : value / other;
}

/** The value of a floor as people read it: a ratio, a difference of times, or memory in MiB. */
export function formatValue({ floor, value }: Verdict): string {
  if (value === undefined) return 'not measured';
  if (floor.minus !== undefined) return `${value.toFixed(1)} µs`;
  return floor.measure === 'memory' ? `${(value / 1_048_576).toFixed(0)} MiB` : `${value.toFixed(2)} x`;
}
