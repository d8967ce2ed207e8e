import { FakeClock } from '@portico/testing';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { StoreWorld } from './store-world.ts';

/** Sessions in memory, with a clock that only the test turns. */
export async function memoryWorld(): Promise<StoreWorld> {
  const clock = new FakeClock();
  let store: MemorySessionStore | undefined;
  return {
    clock,
    open: async (options) => (store ??= new MemorySessionStore({ clock, ...options })),
    pass: async (milliseconds) => clock.advance(milliseconds),
    residue: async () => {
      // Until the sweep at the latest.
      clock.advance(60_000);
      return store?.size ?? 0;
    },
    close: async () => store?.close(),
  };
}
