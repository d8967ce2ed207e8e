import { entriesIn, FakeClock } from '@portico/testing';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { StoreOptions, StoreWorld } from './store-world.ts';

/** Sessions in memory, with a clock that only the test turns. */
export async function memoryWorld(): Promise<StoreWorld> {
  const clock = new FakeClock();
  let store: MemorySessionStore | undefined;
  let atFirst = 0;
  const start = (options?: StoreOptions): MemorySessionStore => {
    const started = new MemorySessionStore({ clock, ...options });
    atFirst = entriesIn(started);
    return started;
  };
  return {
    clock,
    open: async (options) => (store ??= start(options)),
    pass: async (milliseconds) => clock.advance(milliseconds),
    residue: async () => {
      // Until the sweep at the latest.
      clock.advance(60_000);
      return store ? entriesIn(store) - atFirst : 0;
    },
    close: async () => store?.close(),
  };
}
