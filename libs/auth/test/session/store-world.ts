import type { Clock } from '@portico/core';
import type { SessionStore, SingleUse, SingleUseRoom } from '../../src/session/session-store.ts';

/** Rooms of which what a spec says is small. */
export type Rooms = Readonly<Record<SingleUse, SingleUseRoom>>;

/** What a spec says of its stores; the rest is as always. */
export interface StoreOptions {
  readonly rooms?: Rooms;
  readonly mostPerOwner?: number;
}

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
