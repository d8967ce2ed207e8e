import type { Clock, Timer } from '@portico/core';

/** Milliseconds from the end of one sweep to the next. */
const INTERVAL = 30_000;

/** Entries that are looked at in one go: to drop them all takes about 1 ms, and then others have their turn. */
export const SLICE = 100;

/** Looks once at each entry that a map has now, for a sweep. Those that are moved to the end meanwhile may be met again. */
export function* lookThrough<K, V>(map: ReadonlyMap<K, V>, look: (key: K, value: V) => void): Generator<void> {
  let left = map.size;
  for (const [key, value] of map) {
    if (left-- <= 0) return;
    look(key, value);
    yield;
  }
}

/** Looks through maps for what is over, a slice at a time, for ever. */
export class SlicedSweep {
  private timer: Timer;
  private current: Iterator<void> | undefined;

  /** @param look goes through everything once and yields after each entry */
  constructor(
    private readonly clock: Clock,
    private readonly look: () => Iterator<void>,
  ) {
    this.timer = clock.after(INTERVAL, () => this.sweepSlice());
  }

  close(): void {
    this.timer.cancel();
  }

  private sweepSlice(): void {
    this.current ??= this.look();
    let isDone = false;
    for (let entries = 0; entries < SLICE && !isDone; entries++) isDone = this.current.next().done === true;
    if (isDone) this.current = undefined;
    this.timer = this.clock.after(isDone ? INTERVAL : 0, () => this.sweepSlice());
  }
}
