import type { Clock } from '@portico/core';
import type { MemorySessionStoreOptions } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';

/** What a spec says of its stores; the rest is as always. */
export type StoreOptions = Pick<MemorySessionStoreOptions, 'rooms' | 'mostPerOwner'>;

/** A kind of store, as the specs that all kinds have to pass use it. */
export interface StoreWorld {
  readonly clock: Clock;
  /** What one more replica of the BFF sees of the same sessions; ready to hear changes. */
  open(options?: StoreOptions): Promise<SessionStore>;
  /** Lets milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  /** How many things the store still holds, index entries included. */
  residue(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a world of its own for each test. */
export type OpenWorld = () => Promise<StoreWorld>;

/** The same sessions as two replicas of a BFF see them. */
export interface StorePair {
  readonly world: StoreWorld;
  readonly store: SessionStore;
  readonly other: SessionStore;
}

export async function openPair(openWorld: OpenWorld): Promise<StorePair> {
  const world = await openWorld();
  return { world, store: await world.open(), other: await world.open() };
}
