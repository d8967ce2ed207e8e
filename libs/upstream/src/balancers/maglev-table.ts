import { hashString } from './hash-string.ts';
import { Turns } from './turns.ts';

/** Slots of a table, a prime as Maglev needs it: a hundred and more for each of up to 600 entries. */
const SLOTS = 65_537;

/** What a table is made of. */
export interface MaglevEntry {
  readonly id: string;
  /** Above 0. */
  readonly weight: number;
}

/**
 * Google's Maglev (Eisenbud and others, NSDI 2016): every entry fills slots in an order of its own, taking turns by weight. A
 * lookup is one array access, and when an entry comes or goes nearly all other keys stay where they are.
 *
 * @returns the index of an entry for each slot; the entries are not empty
 */
export function maglevTable(entries: readonly MaglevEntry[]): Uint16Array {
  const filling = new MaglevFilling(entries);
  filling.fill(SLOTS);
  return filling.table;
}

/** A table that is filled piece by piece: all at once takes some 20 ms, whatever the number of entries. */
export class MaglevFilling {
  readonly table = new Uint16Array(SLOTS);
  private readonly taken = new Uint8Array(SLOTS);
  private readonly turns: Turns;
  private readonly preferences: readonly Preference[];
  private filled = 0;

  /** @param entries not empty */
  constructor(entries: readonly MaglevEntry[]) {
    this.turns = new Turns(
      entries.map(({ weight }) => weight),
      entries.map(() => 1),
    );
    this.preferences = entries.map(({ id }) => new Preference(id));
  }

  /** Fills so many slots more. @returns whether the table is complete */
  fill(slots: number): boolean {
    const end = Math.min(SLOTS, this.filled + slots);
    for (; this.filled < end; this.filled++) {
      const index = this.turns.take();
      const slot = this.preferences[index]!.nextFree(this.taken);
      this.taken[slot] = 1;
      this.table[slot] = index;
    }
    return this.filled === SLOTS;
  }
}

/** The slot of a key. */
export function slotOf(key: string): number {
  return hashString(key) % SLOTS;
}

/** The slots of one entry in the order in which it prefers them. */
class Preference {
  private position: number;
  private readonly step: number;

  constructor(id: string) {
    this.position = hashString(id, 1) % SLOTS;
    this.step = (hashString(id, 2) % (SLOTS - 1)) + 1;
  }

  nextFree(taken: Uint8Array): number {
    while (taken[this.position]) this.position = (this.position + this.step) % SLOTS;
    return this.position;
  }
}
