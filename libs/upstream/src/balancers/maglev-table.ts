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
  const table = new Uint16Array(SLOTS);
  const taken = new Uint8Array(SLOTS);
  const turns = new Turns(
    entries.map(({ weight }) => weight),
    entries.map(() => 1),
  );
  const preferences = entries.map(({ id }) => new Preference(id));
  for (let filled = 0; filled < SLOTS; filled++) {
    const index = turns.take();
    const slot = preferences[index]!.nextFree(taken);
    taken[slot] = 1;
    table[slot] = index;
  }
  return table;
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
