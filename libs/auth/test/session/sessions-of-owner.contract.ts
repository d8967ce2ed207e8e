import { eventually } from '@portico/testing';
import {
  comparePlaces,
  type ListedSession,
  type SessionRecord,
  type SessionStore,
} from '../../src/session/session-store.ts';
import { replacementOf, sessionRecord } from './session-record.ts';
import { openPair, type OpenWorld, type StoreWorld } from './store-world.ts';

const IDLE = 300;

/** How a store finds, lists, bounds and ends the sessions of an owner, or of a login at the provider. */
export function describeSessionsOfOwner(openWorld: OpenWorld): void {
  describe('the sessions of an owner', () => {
    let world: StoreWorld;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      ({ world, store, other } = await openPair(openWorld));
    });
    afterEach(() => world.close());
    const record = (about?: Partial<SessionRecord>): SessionRecord => sessionRecord(world.clock, about);

    it('ends one session of an owner, and of nobody else', async () => {
      const mine = record();
      const alsoMine = record();
      const bobs = record({ owner: 'bob', login: undefined });
      for (const one of [mine, alsoMine, bobs]) await store.create(one, IDLE);
      expect(await store.remove({ handle: bobs.handle, owner: 'alice' })).toEqual([]);
      expect(await store.remove({ handle: mine.handle, owner: 'alice' })).toEqual([mine.handle]);
      expect(await store.remove({ handle: mine.handle, owner: 'alice' })).toEqual([]);
      expect(await other.read(mine.key)).toBeUndefined();
      expect(await other.read(alsoMine.key)).toBeDefined();
      expect(await other.read(bobs.key)).toBeDefined();
    });

    it('ends all sessions of an owner but one, or all', async () => {
      const [first, second, third] = [record(), record(), record()];
      const bobs = record({ owner: 'bob' });
      for (const one of [first, second, third, bobs]) await store.create(one, IDLE);
      const removed = await store.remove({ owner: 'alice', except: second.handle });
      expect([...removed].sort()).toEqual([first.handle, third.handle].sort());
      expect((await other.list('alice', 10)).map(({ key }) => key)).toEqual([second.key]);
      expect(await store.remove({ owner: 'alice', except: undefined })).toEqual([second.handle]);
      expect(await other.read(bobs.key)).toBeDefined();
    });

    it('case 67: ends the sessions of one login at the provider', async () => {
      const one = record();
      const elsewhere = record({ login: 'another-login' });
      for (const session of [one, elsewhere]) await store.create(session, IDLE);
      expect(await other.remove({ login: 'login-of-alice' })).toEqual([one.handle]);
      expect(await store.read(one.key)).toBeUndefined();
      expect(await store.read(elsewhere.key)).toBeDefined();
    });

    it('lists the sessions that are alive', async () => {
      await store.create(record(), 50);
      const [first, second] = [record({ content: 'first' }), record({ content: 'second' })];
      for (const one of [first, second]) await store.create(one, IDLE);
      await world.pass(100);
      expect((await other.list('alice', 10)).map(({ content }) => content).sort()).toEqual(['first', 'second']);
    });

    it('keeps its indexes for the longest session, whatever is begun, used or replaced after it', async () => {
      const [long, short] = [record(), record()];
      await store.create(long, 100 * IDLE);
      await other.create(short, IDLE / 3);
      await other.read(short.key, { idle: IDLE / 3, after: 0 });
      await other.replace(replacementOf(short), IDLE / 3);
      await world.pass(IDLE);
      expect(await store.read(short.key)).toBeUndefined();
      expect((await store.list('alice', 10)).map(({ key }) => key)).toEqual([long.key]);
      await store.replace(replacementOf(long), IDLE / 3);
      await store.create(record(), IDLE / 3);
      await world.pass(IDLE / 2);
      expect((await other.list('alice', 10)).map(({ key }) => key)).toEqual([long.key]);
      expect(await other.remove({ login: 'login-of-alice' })).toEqual([long.handle]);
      expect(await store.read(long.key)).toBeUndefined();
    });

    it('lists page by page, the newest first, each session once, whatever ends and is used between the pages', async () => {
      const now = Math.floor(world.clock.epoch());
      // Several of the same moment.
      const records = Array.from({ length: 23 }, (_, i) => record({ createdAt: now - (i % 5) }));
      for (const one of records) await store.create(one, 60_000);
      const seen: ListedSession[] = [];
      for (let page = await other.list('alice', 4); page.length > 0;) {
        seen.push(...page);
        const last = page.at(-1)!;
        await store.read(records[0]!.key, { idle: 60_000, after: 0 });
        // The session that the next page begins behind is gone.
        await store.remove({ owner: 'alice', handle: last.place.handle });
        page = await other.list('alice', 4, last.place);
      }
      const places = records.map(({ createdAt, handle }) => ({ createdAt, handle })).sort(comparePlaces);
      expect(seen.map(({ place }) => place)).toEqual(places);
      const keys = new Map(records.map(({ handle, key }) => [handle, key]));
      for (const { key, place } of seen) expect(key).toBe(keys.get(place.handle));
    });
  });

  describe('the bound of an owner', () => {
    let world: StoreWorld;
    let bounded: SessionStore;
    beforeEach(async () => {
      world = await openWorld();
      bounded = await world.open({ mostPerOwner: 3 });
    });
    afterEach(() => world.close());
    const record = (about?: Partial<SessionRecord>): SessionRecord => sessionRecord(world.clock, about);

    it('ends the session that would end first for one more, tells of it, and touches no other', async () => {
      const heard: (string | undefined)[] = [];
      bounded.onChange((handle) => heard.push(handle));
      const bobs = record({ owner: 'bob' });
      const mine = [record(), record(), record()] as const;
      expect(await bounded.create(bobs, IDLE)).toEqual([]);
      for (const one of mine) {
        expect(await bounded.create(one, IDLE)).toEqual([]);
        await world.pass(20);
      }
      await bounded.read(mine[0].key, { idle: IDLE, after: 10 });
      expect(await bounded.create(record(), IDLE)).toEqual([mine[1].handle]);
      expect(await bounded.read(mine[1].key)).toBeUndefined();
      expect(await bounded.readByHandle(mine[1].handle)).toBeUndefined();
      expect(await bounded.list('alice', 10)).toHaveLength(3);
      for (const one of [mine[0], mine[2], bobs]) expect(await bounded.read(one.key)).toBeDefined();
      await eventually(() => heard.length > 0);
      expect(heard).toEqual([mine[1].handle]);
    });

    it('counts neither the session that a new one succeeds nor those that have ended', async () => {
      const [first, second, third] = [record(), record(), record()];
      await bounded.create(first, IDLE);
      await bounded.create(second, 40);
      await bounded.create(third, IDLE);
      const fourth = record();
      expect(await bounded.create(fourth, IDLE, third.key)).toEqual([]);
      await world.pass(60);
      expect(await bounded.create(record(), IDLE)).toEqual([]);
      expect(await bounded.remove({ owner: 'alice', handle: fourth.handle })).toEqual([fourth.handle]);
      expect(await bounded.create(record(), IDLE)).toEqual([]);
      expect(await bounded.create(record(), IDLE)).toEqual([first.handle]);
    });

    it('leaves nothing of those that ended for want of room', async () => {
      for (let logins = 0; logins < 20; logins++) await bounded.create(record(), 100);
      await world.pass(150);
      expect(await world.residue()).toBe(0);
    });
  });
}
