import type { SessionStore } from '../../src/session/session-store.ts';
import { openPair, type OpenWorld, type StoreWorld } from './store-world.ts';

/** What a store gives to one only: locks, and identifiers that are good once. */
export function describeSingleUse(openWorld: OpenWorld): void {
  describe('locks and identifiers', () => {
    let world: StoreWorld;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      ({ world, store, other } = await openPair(openWorld));
    });
    afterEach(() => world.close());

    it('gives a name to one claimant at a time, until it is released or its time is over', async () => {
      expect(await store.claim('lock', 'me', 150)).toBe(true);
      expect(await other.claim('lock', 'you', 150)).toBe(false);
      await other.release('lock', 'you');
      expect(await other.claim('lock', 'you', 150)).toBe(false);
      await store.release('lock', 'me');
      expect(await other.claim('lock', 'you', 150)).toBe(true);
      await world.pass(200);
      expect(await store.claim('lock', 'me', 150)).toBe(true);
    });

    it('gives a name that many want at once to one', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : other).claim('many', String(i), 1_000)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('uses an identifier up for its time, for all replicas, apart from other kinds and from locks', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : other).useOnce('login', 'state', 150)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.useOnce('logout', 'state', 150)).toBe(true);
      expect(await store.useOnce('proof', 'state', 150)).toBe(true);
      expect(await store.claim('state', 'me', 150)).toBe(true);
      await world.pass(200);
      expect(await other.useOnce('login', 'state', 150)).toBe(true);
      expect(await store.useOnce('login', 'state', 150)).toBe(false);
      await world.pass(200);
      expect(await world.residue()).toBe(0);
    });

    it('has room of its own for each kind, and for locks: what strangers fill is in the way of nobody', async () => {
      const own = await openWorld();
      const room = { most: 5, whenFull: 'forget' } as const;
      const full = await own.open({
        rooms: { login: room, logout: room, proof: { most: 5, whenFull: 'refuse' } },
      });
      for (let i = 0; i < 50; i++) expect(await full.useOnce('login', `state ${i}`, 60_000)).toBe(true);
      expect(await full.useOnce('login', 'state 49', 60_000)).toBe(false);
      expect(await full.useOnce('login', 'state 46', 60_000)).toBe(false);
      for (let i = 0; i < 50; i++) expect(await full.useOnce('logout', `jti ${i}`, 60_000)).toBe(true);
      for (let i = 0; i < 5; i++) expect(await full.useOnce('proof', `jti ${i}`, 100)).toBe(true);
      await expect(full.useOnce('proof', 'one more', 100)).rejects.toThrow('too many identifiers');
      expect(await full.useOnce('proof', 'jti 0', 100)).toBe(false);
      for (let i = 0; i < 50; i++) expect(await full.claim(`session ${i}`, 'me', 60_000)).toBe(true);
      await own.pass(150);
      expect(await full.useOnce('proof', 'one more', 100)).toBe(true);
      await own.close();
    });
  });
}
