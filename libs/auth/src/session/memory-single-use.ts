import type { Clock } from '@portico/core';
import type { SingleUseRoom } from './session-store.ts';
import { lookThrough } from './sliced-sweep.ts';

/** Identifiers that are over and dropped in one use: more than a use adds. */
const FEW = 10;

/** Identifiers that are good once, within one process. */
export class MemorySingleUse {
  /** Ends, in the clock's monotonic milliseconds, by identifier; the one that was used first comes first. */
  private readonly ends = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly room: SingleUseRoom,
  ) {}

  /** @throws Error when there is no room and none may be made, which callers must take for "cannot be asked" */
  use(identifier: string, ttl: number): boolean {
    const now = this.clock.now();
    if ((this.ends.get(identifier) ?? -Infinity) > now) return false;
    // At the end of the line again.
    this.ends.delete(identifier);
    this.makeRoom(now);
    this.ends.set(identifier, now + ttl);
    return true;
  }

  /** Goes through all identifiers once and drops those that are over. */
  sweep(): Generator<void> {
    return lookThrough(this.ends, (identifier, end) => {
      if (end <= this.clock.now()) this.ends.delete(identifier);
    });
  }

  /** A few at each use: none has to wait for the end of many. */
  private makeRoom(now: number): void {
    const { most, whenFull } = this.room;
    let looked = 0;
    for (const [identifier, end] of this.ends) {
      if ((end > now || looked++ === FEW) && this.ends.size < most) return;
      if (end > now && whenFull === 'refuse') throw new Error('too many identifiers are in use');
      this.ends.delete(identifier);
    }
  }
}
