import { type Clock, systemClock, type Timer } from './clock.ts';

/** Milliseconds from one line of a kind to the next. */
const PERIOD = 10_000;
/** Kinds that are told apart; further ones are counted together. */
const MAX_KINDS = 1_000;
const OTHERS = 'others';

/** Writes one line. `more`: how many of its kind were not written since the last line. */
type Write = (more: number) => void;

interface Kind {
  /** The newest one that was not written. */
  write: Write | undefined;
  /** How many were not written. */
  count: number;
  timer: Timer;
}

/**
 * Lines that may come with every request. The first of a kind is written at once. Those of the next ten seconds are counted, and
 * then the newest of them is written with the number of the others; so it goes on until ten seconds bring none.
 */
export class RateLimitedLog {
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly clock: Clock = systemClock) {}

  /**
   * Writes a line now, later, or counts it.
   *
   * @param name what makes it the same as others; at most a thousand names are told apart at one time
   */
  add(name: string, write: Write): void {
    const known = this.kinds.has(name) || this.kinds.size < MAX_KINDS ? name : OTHERS;
    const kind = this.kinds.get(known);
    if (kind) {
      kind.write = write;
      kind.count++;
      return;
    }
    this.kinds.set(known, { write: undefined, count: 0, timer: this.timer(known) });
    write(0);
  }

  /** Writes what has not been written yet, and begins anew. */
  flush(): void {
    const kinds = [...this.kinds.values()];
    this.kinds.clear();
    for (const { write, count, timer } of kinds) {
      timer.cancel();
      write?.(count - 1);
    }
  }

  private timer(name: string): Timer {
    return this.clock.after(PERIOD, () => this.writeNewest(name));
  }

  private writeNewest(name: string): void {
    const { write, count } = this.kinds.get(name)!;
    if (write === undefined) {
      this.kinds.delete(name);
      return;
    }
    this.kinds.set(name, { write: undefined, count: 0, timer: this.timer(name) });
    write(count - 1);
  }
}

/** What a line says of those that it stands for; nothing when it stands for itself. */
export function moreLikeIt(more: number): string {
  return more === 0 ? '' : ` (and ${more} more since the last line)`;
}
