import { hashString } from './hash-string.ts';

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
  const heaviest = entries.reduce((most, { weight }) => Math.max(most, weight), 0);
  const turns = entries.map(({ id, weight }) => new Turns(id, weight / heaviest));
  for (let filled = 0; filled < SLOTS;) {
    for (let index = 0; index < turns.length && filled < SLOTS; index++) {
      if (!turns[index]!.hasTurn()) continue;
      const slot = turns[index]!.nextFree(taken);
      taken[slot] = 1;
      table[slot] = index;
      filled++;
    }
  }
  return table;
}

/** The slot of a key. */
export function slotOf(key: string): number {
  return hashString(key) % SLOTS;
}

/** The slots of one entry in the order in which it wants them. */
class Turns {
  private position: number;
  private readonly step: number;
  private saved = 0;

  /** @param share of the heaviest entry's turns, above 0 to 1 */
  constructor(
    id: string,
    private readonly share: number,
  ) {
    this.position = hashString(id, 1) % SLOTS;
    this.step = (hashString(id, 2) % (SLOTS - 1)) + 1;
  }

  hasTurn(): boolean {
    this.saved += this.share;
    if (this.saved < 1) return false;
    this.saved--;
    return true;
  }

  nextFree(taken: Uint8Array): number {
    while (taken[this.position]) this.position = (this.position + this.step) % SLOTS;
    return this.position;
  }
}
