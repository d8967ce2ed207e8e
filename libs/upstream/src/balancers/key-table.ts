import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { type MaglevEntry, MaglevFilling, maglevTable, slotOf } from './maglev-table.ts';

/** A candidate with what its share of the keys is made of. */
export interface Place extends MaglevEntry {
  readonly instance: UpstreamInstance;
}

/** Places up to which a table is made at once. */
const FEW = 250;
/** Slots that are filled in one turn of the event loop: a millisecond or two. */
const SLICE = 4_096;

/** Slots that are looked at for a place that fits; all of them would take a millisecond. */
const MAX_STEPS = 1_000;

/** Places with a table that was made for them. */
interface Filled {
  readonly places: readonly Place[];
  readonly table: Uint16Array;
}

/**
 * Which place a key has among the candidates. A table is made when a key is looked up, for it takes milliseconds, and a list may
 * change many times before. One of many places is filled in slices, and until it is full the one before serves: keys of those that
 * are no candidates any more go on to the next that is.
 */
export class KeyTable {
  private places: readonly Place[] = [];
  private filled: Filled | undefined;
  private candidates: ReadonlySet<UpstreamInstance> = new Set();
  private turn: NodeJS.Immediate | undefined;

  /** @param places in the order of their ids */
  update(places: readonly Place[]): void {
    const isFilled = !this.isStale && haveSameKeys(this.places, places);
    this.places = places;
    if (isFilled) this.filled = { ...this.filled!, places };
    else this.candidates = new Set(places.map(({ instance }) => instance));
  }

  /** The first place that fits, from the key's own on; undefined when none does. There are places. */
  find(key: string, fits: (place: Place) => boolean): Place | undefined {
    const { places, table } = this.current();
    const own = slotOf(key);
    const { isStale } = this;
    for (let step = 0; step < MAX_STEPS; step++) {
      const place = places[table[(own + step) % table.length]!]!;
      if ((!isStale || this.candidates.has(place.instance)) && fits(place)) return place;
    }
    return this.findBeside(own, fits);
  }

  /** One heavy place may have nearly all slots. The others are tried from one on that depends on the key. */
  private findBeside(own: number, fits: (place: Place) => boolean): Place | undefined {
    const { places } = this;
    for (let step = 0; step < places.length; step++) {
      const place = places[(own + step) % places.length]!;
      if (fits(place)) return place;
    }
    return undefined;
  }

  private current(): Filled {
    const { filled, places } = this;
    if (filled && !this.isStale) return filled;
    if (filled === undefined || places.length <= FEW || !this.isAnyLeft(filled))
      return this.use(places, maglevTable(places));
    if (this.turn === undefined) this.fillOn(places, new MaglevFilling(places));
    return filled;
  }

  private fillOn(places: readonly Place[], filling: MaglevFilling): void {
    this.turn = setImmediate(() => {
      this.turn = undefined;
      if (!filling.fill(SLICE)) this.fillOn(places, filling);
      else if (this.isStale) this.use(places, filling.table);
    });
  }

  private use(places: readonly Place[], table: Uint16Array): Filled {
    this.filled = { places: haveSameKeys(places, this.places) ? this.places : places, table };
    return this.filled;
  }

  /** Whether the table is of other places than those of today. */
  private get isStale(): boolean {
    return this.filled?.places !== this.places;
  }

  private isAnyLeft({ places }: Filled): boolean {
    return places.some(({ instance }) => this.candidates.has(instance));
  }
}

function haveSameKeys(before: readonly Place[], after: readonly Place[]): boolean {
  const isSame = ({ id, weight }: Place, index: number): boolean =>
    before[index]!.id === id && before[index]!.weight === weight;
  return before.length === after.length && after.every(isSame);
}
