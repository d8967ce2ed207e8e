import { callSafely } from './call-safely.ts';
import type { Timer } from './clock.ts';

/** Later than this the process was held up, in ticks. */
const STALL = 5;

class Entry implements Timer {
  previous: Entry | undefined;
  next: Entry | undefined;
  cancelled = false;

  constructor(
    readonly slot: Slot,
    public rounds: number,
    readonly callback: () => void,
  ) {}

  cancel(): void {
    this.cancelled = true;
    this.slot.remove(this);
  }
}

/** A doubly linked list, so that cancelling (what nearly every deadline ends with) costs nothing to search. */
class Slot {
  private head: Entry | undefined;
  constructor(private readonly wheel: { pending: number }) {}

  add(entry: Entry): void {
    entry.next = this.head;
    if (this.head) this.head.previous = entry;
    this.head = entry;
    this.wheel.pending++;
  }

  remove(entry: Entry): void {
    if (entry !== this.head && !entry.previous) return;
    if (entry.previous) entry.previous.next = entry.next;
    else this.head = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    entry.previous = entry.next = undefined;
    this.wheel.pending--;
  }

  /** Moves the entries whose round has come to `due`. */
  takeDue(due: Entry[]): void {
    let entry = this.head;
    while (entry) {
      const next = entry.next;
      if (entry.rounds-- === 0) {
        this.remove(entry);
        due.push(entry);
      }
      entry = next;
    }
  }
}

/**
 * A hashed timer wheel (Varghese and Lauck, 1987): thousands of deadlines share one Node timer, setting and cancelling
 * are O(1). Calls come up to one tick late and never early. While nothing is pending no timer runs.
 */
export class TimerWheel {
  /** Calls that were neither made nor cancelled. */
  pending = 0;
  private readonly slots: Slot[];
  private cursor = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastTick = 0;

  /**
   * @param tick resolution in milliseconds
   * @param size number of slots; delays beyond `tick * size` take several rounds
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly tick = 10,
    size = 512,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.slots = Array.from({ length: size }, () => new Slot(this));
  }

  /** Calls `callback` once, `delay` milliseconds from now or up to a tick later. */
  after(delay: number, callback: () => void): Timer {
    if (this.pending === 0) this.start();
    const ticks = Math.max(1, Math.ceil((this.now() - this.lastTick + delay) / this.tick));
    const size = this.slots.length;
    const slot = this.slots[(this.cursor + ticks) % size]!;
    const entry = new Entry(slot, Math.floor((ticks - 1) / size), callback);
    slot.add(entry);
    return entry;
  }

  private start(): void {
    if (this.timer) return;
    this.lastTick = this.now();
    this.timer = setTimeout(this.ring, this.tick).unref();
  }

  /** After a stall, what arrived meanwhile is handled first: nobody is late because we were. */
  private readonly ring = (): void => {
    if (this.now() - this.lastTick > STALL * this.tick) setImmediate(this.advance);
    else this.advance();
  };

  /** Runs what is due. The timer stays set meanwhile, so that a callback that adds an entry does not restart the wheel. */
  private readonly advance = (): void => {
    const { slots, cursor } = this;
    const passed = Math.floor((this.now() - this.lastTick) / this.tick);
    const due: Entry[] = [];
    for (let step = 1; step <= passed && this.pending > 0; step++) slots[(cursor + step) % slots.length]!.takeDue(due);
    // The hands stand at the present before the first call: what it adds is counted from now.
    this.cursor = (cursor + passed) % slots.length;
    this.lastTick += passed * this.tick;
    for (const entry of due) if (!entry.cancelled) callSafely(entry.callback, undefined);
    this.timer = this.pending > 0 ? setTimeout(this.ring, this.tick).unref() : undefined;
  };
}
