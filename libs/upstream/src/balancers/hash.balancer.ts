import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { BalancePolicy } from '../policies/balance.policy.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';
import { compileHashKey } from './hash-key.ts';
import { KeyTable, type Place } from './key-table.ts';

/**
 * The same key goes to the same instance, also in other gateways. An instance that has `boundedLoad` times its share of the
 * calls under way passes further keys on (consistent hashing with bounded loads, Mirrokni and others, 2018); so does one that
 * an earlier attempt of the call went to.
 */
export class HashBalancer implements Balancer {
  private places: readonly Place[] = [];
  private totalWeight = 0;
  private readonly table = new KeyTable();
  private readonly keyOf: (ctx: RequestContext) => string;
  private readonly boundedLoad: number;

  constructor({ key, boundedLoad }: Pick<BalancePolicy, 'key' | 'boundedLoad'>) {
    this.keyOf = compileHashKey(key);
    this.boundedLoad = boundedLoad;
  }

  update(candidates: readonly UpstreamInstance[]): void {
    this.places = candidates.map(placeOf).sort((one, other) => (one.id < other.id ? -1 : 1));
    this.table.update(this.places);
    this.totalWeight = this.places.reduce((sum, { weight }) => sum + weight, 0);
  }

  choose(request: UpstreamRequest, ctx: RequestContext): UpstreamInstance | undefined {
    const { places } = this;
    if (places.length <= 1) return places[0]?.instance;
    const key = this.keyOf(ctx);
    const { instance } = this.table.find(key, isAny)!;
    if (request.avoid !== undefined) return this.otherThanTried(request, key) ?? instance;
    if (instance.inFlight === 0) return instance;
    const calls = places.reduce((sum, place) => sum + place.instance.inFlight, 1);
    const other = this.table.find(key, (place) => place.instance.inFlight < this.capacity(place, calls));
    return other?.instance ?? instance;
  }

  private otherThanTried(request: UpstreamRequest, key: string): UpstreamInstance | undefined {
    const isUntried = ({ instance }: Place): boolean => !isAvoided(request, instance);
    // When all were tried, a thousand slots would be looked at for nothing.
    return this.places.some(isUntried) ? this.table.find(key, isUntried)?.instance : undefined;
  }

  /** How many of so many calls an instance may have under way; together that is more than all of them. */
  private capacity({ weight }: Place, calls: number): number {
    return Math.ceil((this.boundedLoad * calls * weight) / this.totalWeight);
  }
}

/** Slow start would move keys twenty times, so it is left out. */
function placeOf(instance: UpstreamInstance): Place {
  const { id, weight } = instance.description;
  return { instance, id, weight: weight > 0 ? weight : 1 };
}

const isAny = (): boolean => true;
