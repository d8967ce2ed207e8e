import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { BalancePolicy } from '../policies/balance.policy.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';
import { compileHashKey } from './hash-key.ts';
import { type MaglevEntry, maglevTable, slotOf } from './maglev-table.ts';

/** A candidate with what its share of the keys is made of: slow start would move keys twenty times, so it is left out. */
interface Place extends MaglevEntry {
  readonly instance: UpstreamInstance;
}

/**
 * The same key goes to the same instance, also in other gateways. An instance that has `boundedLoad` times its share of the
 * calls under way passes further keys on (consistent hashing with bounded loads, Mirrokni and others, 2018); so does one that
 * an earlier attempt of the call went to.
 */
export class HashBalancer implements Balancer {
  private places: readonly Place[] = [];
  private totalWeight = 0;
  private table: Uint16Array | undefined;
  private readonly keyOf: (ctx: RequestContext) => string;
  private readonly boundedLoad: number;

  constructor({ key, boundedLoad }: Pick<BalancePolicy, 'key' | 'boundedLoad'>) {
    this.keyOf = compileHashKey(key);
    this.boundedLoad = boundedLoad;
  }

  /** The table is made when a call needs it: it takes milliseconds, and a list may change many times between two calls. */
  update(candidates: readonly UpstreamInstance[]): void {
    const places = candidates.map(placeOf).sort((one, other) => (one.id < other.id ? -1 : 1));
    if (!isSame(this.places, places)) this.table = undefined;
    this.places = places;
    this.totalWeight = places.reduce((sum, { weight }) => sum + weight, 0);
  }

  choose(request: UpstreamRequest, ctx: RequestContext): UpstreamInstance | undefined {
    const { places } = this;
    if (places.length <= 1) return places[0]?.instance;
    const table = (this.table ??= maglevTable(places));
    const slot = slotOf(this.keyOf(ctx));
    const { instance } = places[table[slot]!]!;
    if (request.avoid !== undefined) return this.otherThanTried(request, table, slot);
    if (instance.inFlight === 0) return instance;
    const calls = places.reduce((sum, place) => sum + place.instance.inFlight, 1);
    return this.walk(table, slot, (place) => place.instance.inFlight < this.capacity(place, calls));
  }

  private otherThanTried(request: UpstreamRequest, table: Uint16Array, slot: number): UpstreamInstance {
    const isUntried = ({ instance }: Place): boolean => !isAvoided(request, instance);
    // The walk would go round the whole table, which takes a millisecond.
    return this.places.some(isUntried) ? this.walk(table, slot, isUntried) : this.places[table[slot]!]!.instance;
  }

  /** The first instance from a slot on that fits; the slot's own if none does. */
  private walk(table: Uint16Array, slot: number, fits: (place: Place) => boolean): UpstreamInstance {
    for (let step = 0; step < table.length; step++) {
      const place = this.places[table[(slot + step) % table.length]!]!;
      if (fits(place)) return place.instance;
    }
    return this.places[table[slot]!]!.instance;
  }

  /** How many of so many calls an instance may have under way; together that is more than all of them. */
  private capacity({ weight }: Place, calls: number): number {
    return Math.ceil((this.boundedLoad * calls * weight) / this.totalWeight);
  }
}

function placeOf(instance: UpstreamInstance): Place {
  const { id, weight } = instance.description;
  return { instance, id, weight: weight > 0 ? weight : 1 };
}

function isSame(before: readonly Place[], after: readonly Place[]): boolean {
  const isSamePlace = ({ id, weight }: Place, index: number): boolean =>
    before[index]!.id === id && before[index]!.weight === weight;
  return before.length === after.length && after.every(isSamePlace);
}
