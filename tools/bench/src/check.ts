import type { Floor } from './floors.ts';
import type { Summary } from './summary.ts';

/** How a floor came out. */
export interface Verdict {
  readonly floor: Floor;
  /** The number that was held against it; undefined when a row of it was not measured. */
  readonly value: number | undefined;
  readonly met: boolean;
}

/** Holds floors against medians. A floor whose rows were not measured is missed: nothing passes unseen. */
export function holdFloors(floors: readonly Floor[], summaries: readonly Summary[]): Verdict[] {
  return floors.map((floor) => {
    const value = valueOf(floor, summaries);
    const met = value !== undefined && value >= (floor.atLeast ?? -Infinity) && value <= (floor.atMost ?? Infinity);
    return { floor, value, met };
  });
}

function valueOf(floor: Floor, summaries: readonly Summary[]): number | undefined {
  const measured = (key: string) => summaries.find((summary) => summary.key === key)?.[floor.measure] ?? undefined;
  const value = measured(floor.of);
  const otherKey = floor.dividedBy ?? floor.minus;
  if (otherKey === undefined || value === undefined) return value;
  const other = measured(otherKey);
  if (other === undefined) return undefined;
  return floor.minus === undefined ? value / other : value - other;
}

/** The value of a floor as people read it: a ratio, a difference of times, or memory in MiB. */
export function formatValue({ floor, value }: Verdict): string {
  if (value === undefined) return 'not measured';
  if (floor.minus !== undefined) return `${value.toFixed(1)} µs`;
  return floor.measure === 'memory' ? `${(value / 1_048_576).toFixed(0)} MiB` : `${value.toFixed(2)} x`;
}
