import type { SessionRecord, SessionStore } from '../../src/session/session-store.ts';
import { replacementOf, sessionRecord } from './session-record.ts';
import { openPair, type OpenWorld, type StoreWorld } from './store-world.ts';

const IDLE = 300;

/** How a store replaces the contents of a session, and moves its end with them. */
export function describeReplacedContents(openWorld: OpenWorld): void {
  describe('new contents', () => {
    let world: StoreWorld;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      ({ world, store, other } = await openPair(openWorld));
    });
    afterEach(() => world.close());
    const record = (about?: Partial<SessionRecord>): SessionRecord => sessionRecord(world.clock, about);

    it('replaces contents only when they are the expected ones, and counts that as no use', async () => {
      const one = record();
      await store.create(one, IDLE);
      await world.pass(150);
      const replacement = replacementOf(one);
      expect(await store.replace({ ...replacement, expected: 'others' }, IDLE)).toBe(false);
      expect(await store.replace(replacement, IDLE)).toBe(true);
      expect(await store.replace(replacement, IDLE)).toBe(false);
      expect(await other.read(one.key)).toMatchObject({ content: 'new' });
      expect(await other.list('alice', 10)).toHaveLength(1);
      await world.pass(200);
      expect(await other.read(one.key)).toBeUndefined();
      expect(await world.residue()).toBe(0);
    });

    it('does not bring back what has ended when its contents are replaced', async () => {
      const one = record();
      await store.create(one, IDLE);
      await other.remove({ owner: 'alice', except: undefined });
      const replacement = replacementOf(one);
      expect(await store.replace(replacement, IDLE)).toBe(false);
      expect(await store.read(one.key)).toBeUndefined();
      expect(await store.list('alice', 10)).toEqual([]);
    });

    it('moves the absolute end with the contents, and the idle end to where the last use puts it then', async () => {
      const one = record({ expiresAt: world.clock.epoch() + 100 });
      await store.create(one, IDLE);
      await world.pass(50);
      await store.replace(replacementOf(one, world.clock.epoch() + 60_000), IDLE);
      await world.pass(150);
      expect(await store.read(one.key)).toBeDefined();
      expect(await store.list('alice', 10)).toHaveLength(1);
      await world.pass(150);
      expect(await store.read(one.key)).toBeUndefined();
    });

    it('ends a session earlier when its new contents say so', async () => {
      const one = record();
      await store.create(one, IDLE);
      await store.replace(replacementOf(one, world.clock.epoch() + 50), IDLE);
      await world.pass(80);
      expect(await store.read(one.key)).toBeUndefined();
    });
  });
}
