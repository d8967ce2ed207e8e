import { randomBytes } from 'node:crypto';
import { eventually } from '@portico/testing';
import {
  comparePlaces,
  type ListedSession,
  type SessionRecord,
  type SessionStore,
} from '../../src/session/session-store.ts';
import type { StoreWorld } from './store-world.ts';

const IDLE = 300;
const SLIDE = { idle: IDLE, after: 30 };

/** What every kind of store has to do; the services above it rely on nothing else. */
export function describeSessionStore(kind: string, openWorld: () => Promise<StoreWorld>): void {
  describe(`SessionStore in ${kind}`, () => {
    let world: StoreWorld;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      world = await openWorld();
      store = await world.open();
      other = await world.open();
    });
    afterEach(() => world.close());

    function record(about: Partial<SessionRecord> = {}): SessionRecord {
      return {
        key: randomBytes(32).toString('base64url'),
        handle: randomBytes(16).toString('base64url'),
        owner: 'alice',
        login: 'login-of-alice',
        content: 'v1.key.content',
        createdAt: Math.floor(world.clock.epoch()),
        expiresAt: world.clock.epoch() + 60_000,
        ...about,
      };
    }

    it('gives back what it was given, on every replica, by key and by handle', async () => {
      const one = record({ content: 'Ünïcode "and" \u0000 quotes' });
      await store.create(one, IDLE);
      const stored = await other.read(one.key);
      expect(stored).toMatchObject({ key: one.key, content: one.content });
      expect(Math.abs(stored!.seenAt - world.clock.epoch())).toBeLessThan(200);
      expect(Math.abs(stored!.idleExpiresAt - stored!.seenAt - IDLE)).toBeLessThan(100);
      expect(await other.readByHandle(one.handle)).toMatchObject({ key: one.key, content: one.content });
    });

    it.each(['', 'unknown', '*', one32(), 'x'.repeat(10_000)])(
      'knows no session under what is none of them (%#)',
      async (text) => {
        await store.create(record(), IDLE);
        expect(await store.read(text, SLIDE)).toBeUndefined();
        expect(await store.readByHandle(text)).toBeUndefined();
        expect(await store.remove({ handle: text, owner: 'alice' })).toEqual([]);
        expect(await store.remove({ login: text })).toEqual([]);
        expect(await store.list(text, 10)).toEqual([]);
      },
    );

    it('ends a session that is not used, and leaves nothing of it', async () => {
      await store.create(record(), 100);
      const one = record();
      await store.create(one, 100);
      await world.pass(150);
      expect(await store.read(one.key)).toBeUndefined();
      expect(await store.readByHandle(one.handle)).toBeUndefined();
      expect(await store.list('alice', 10)).toEqual([]);
      expect(await store.remove({ login: 'login-of-alice' })).toEqual([]);
      expect(await world.residue()).toBe(0);
    });

    it('keeps the indexes of a user and of a login as long as the longest session that they lead to', async () => {
      const [long, short] = [record(), record()];
      await store.create(long, 100 * IDLE);
      await store.create(short, IDLE / 3);
      await world.pass(IDLE);
      expect(await store.read(short.key)).toBeUndefined();
      expect((await other.list('alice', 10)).map(({ key }) => key)).toEqual([long.key]);
      const replacement = { key: long.key, expected: long.content, content: 'new', expiresAt: long.expiresAt };
      await store.replace(replacement, IDLE / 3);
      await store.create(record(), IDLE / 3);
      await world.pass(IDLE / 2);
      expect((await other.list('alice', 10)).map(({ key }) => key)).toEqual([long.key]);
      expect(await other.remove({ login: 'login-of-alice' })).toEqual([long.handle]);
      expect(await store.read(long.key)).toBeUndefined();
    });

    it('leaves nothing of what has ended, whichever way it ended', async () => {
      const of = (about: Partial<SessionRecord>) => record({ owner: randomBytes(8).toString('hex'), ...about });
      const [expired, replaced, one, all, succeeded] = [of({}), of({}), of({}), of({}), of({})];
      const logins = [of({ login: 'a-login' }), of({ login: 'a-login' }), of({ login: undefined })] as const;
      for (const session of [expired, replaced, one, all, succeeded, ...logins]) await store.create(session, IDLE);
      await store.replace({ ...replaced, expected: replaced.content, content: 'new' }, IDLE);
      await store.remove({ owner: one.owner, handle: one.handle });
      await store.remove({ owner: all.owner, except: undefined });
      await store.create(of({ expiresAt: world.clock.epoch() + 50 }), IDLE, succeeded.key);
      await store.remove({ login: 'a-login' });
      for (const name of ['kept', 'released']) await store.claim(name, 'me', 50);
      await store.release('released', 'me');
      await world.pass(IDLE + 50);
      expect(await world.residue()).toBe(0);
    });

    it('keeps a session as long as it is used, with its handle and its indexes', async () => {
      const one = record();
      await store.create(one, IDLE);
      for (let uses = 0; uses < 4; uses++) {
        await world.pass(IDLE / 2);
        expect(await other.read(one.key, SLIDE)).toBeDefined();
      }
      expect(await store.readByHandle(one.handle)).toBeDefined();
      expect(await store.list('alice', 10)).toHaveLength(1);
      expect(await store.remove({ login: 'login-of-alice' })).toEqual([one.handle]);
    });

    it('moves the idle end only when it is asked to, and not at every use', async () => {
      const one = record();
      await store.create(one, IDLE);
      const created = await store.read(one.key);
      await world.pass(60);
      expect((await store.read(one.key))!.seenAt).toBe(created!.seenAt);
      expect((await store.read(one.key, { idle: IDLE, after: 200 }))!.seenAt).toBe(created!.seenAt);
      const used = await store.read(one.key, SLIDE);
      expect(used!.seenAt).toBeGreaterThan(created!.seenAt);
      expect(used!.idleExpiresAt).toBeGreaterThan(created!.idleExpiresAt + 40);
      await world.pass(IDLE - 60);
      expect(await store.read(one.key)).toBeDefined();
    });

    it('ends a session at its absolute end, however much it is used', async () => {
      const one = record({ expiresAt: world.clock.epoch() + 200 });
      await store.create(one, IDLE);
      expect((await store.read(one.key, SLIDE))!.idleExpiresAt).toBeLessThanOrEqual(one.expiresAt + 20);
      await world.pass(120);
      expect(await store.read(one.key, SLIDE)).toBeDefined();
      await world.pass(120);
      expect(await store.read(one.key, SLIDE)).toBeUndefined();
    });

    it('never keeps a session that is past its end already', async () => {
      const one = record({ expiresAt: world.clock.epoch() - 1_000 });
      await store.create(one, IDLE);
      await world.pass(5);
      expect(await store.read(one.key)).toBeUndefined();
      expect(await world.residue()).toBe(0);
    });

    it('case 59: ends the session that a new one succeeds, in the same step', async () => {
      const first = record();
      await store.create(first, IDLE);
      const second = record();
      await other.create(second, IDLE, first.key);
      expect(await store.read(first.key)).toBeUndefined();
      expect(await store.readByHandle(first.handle)).toBeUndefined();
      expect((await store.list('alice', 10)).map(({ key }) => key)).toEqual([second.key]);
    });

    it('creates a session in succession of one that is not there', async () => {
      const one = record();
      await store.create(one, IDLE, one32());
      expect(await store.read(one.key)).toBeDefined();
    });

    it('replaces contents only when they are the expected ones, and counts that as no use', async () => {
      const one = record();
      await store.create(one, IDLE);
      await world.pass(150);
      const replacement = { key: one.key, expected: one.content, content: 'new', expiresAt: one.expiresAt };
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
      const replacement = { key: one.key, expected: one.content, content: 'new', expiresAt: one.expiresAt };
      expect(await store.replace(replacement, IDLE)).toBe(false);
      expect(await store.read(one.key)).toBeUndefined();
      expect(await store.list('alice', 10)).toEqual([]);
    });

    it('moves the absolute end with the contents, and the idle end to where the last use puts it then', async () => {
      const one = record({ expiresAt: world.clock.epoch() + 100 });
      await store.create(one, IDLE);
      await world.pass(50);
      const replacement = { key: one.key, expected: one.content, content: 'new' };
      await store.replace({ ...replacement, expiresAt: world.clock.epoch() + 60_000 }, IDLE);
      await world.pass(150);
      expect(await store.read(one.key)).toBeDefined();
      expect(await store.list('alice', 10)).toHaveLength(1);
      await world.pass(150);
      expect(await store.read(one.key)).toBeUndefined();
    });

    it('ends a session earlier when its new contents say so', async () => {
      const one = record();
      await store.create(one, IDLE);
      const replacement = { key: one.key, expected: one.content, content: 'new' };
      await store.replace({ ...replacement, expiresAt: world.clock.epoch() + 50 }, IDLE);
      await world.pass(80);
      expect(await store.read(one.key)).toBeUndefined();
    });

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
      const long = record();
      await store.create(long, 60_000);
      const short = record();
      await other.create(short, 50);
      await other.read(short.key, { idle: 50, after: 0 });
      await other.replace({ key: short.key, expected: short.content, content: 'new', expiresAt: short.expiresAt }, 50);
      await world.pass(100);
      expect((await store.list('alice', 10)).map(({ key }) => key)).toEqual([long.key]);
      expect(await store.remove({ login: 'login-of-alice' })).toEqual([long.handle]);
    });

    describe('with a bound for each owner', () => {
      let own: StoreWorld;
      let bounded: SessionStore;
      beforeEach(async () => {
        own = await openWorld();
        bounded = await own.open({ mostPerOwner: 3 });
      });
      afterEach(() => own.close());

      it('ends the session that would end first for one more, tells of it, and touches no other', async () => {
        const heard: (string | undefined)[] = [];
        bounded.onChange((handle) => heard.push(handle));
        const bobs = record({ owner: 'bob' });
        const mine = [record(), record(), record()] as const;
        expect(await bounded.create(bobs, IDLE)).toEqual([]);
        for (const one of mine) {
          expect(await bounded.create(one, IDLE)).toEqual([]);
          await own.pass(20);
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
        await own.pass(60);
        expect(await bounded.create(record(), IDLE)).toEqual([]);
        expect(await bounded.remove({ owner: 'alice', handle: fourth.handle })).toEqual([fourth.handle]);
        expect(await bounded.create(record(), IDLE)).toEqual([]);
        expect(await bounded.create(record(), IDLE)).toEqual([first.handle]);
      });

      it('leaves nothing of those that ended for want of room', async () => {
        for (let logins = 0; logins < 20; logins++) await bounded.create(record(), 100);
        await own.pass(150);
        expect(await own.residue()).toBe(0);
      });
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

    it('tells every replica which session has changed or ended, and of no mere use', async () => {
      const heard: (string | undefined)[] = [];
      const stop = other.onChange((handle) => heard.push(handle));
      const [first, second] = [record(), record()];
      for (const one of [first, second]) await store.create(one, IDLE);
      await world.pass(60);
      await store.read(first.key, SLIDE);
      await store.replace(
        { key: first.key, expected: first.content, content: 'new', expiresAt: first.expiresAt },
        IDLE,
      );
      await store.remove({ owner: 'alice', except: second.handle });
      const third = record();
      await store.create(third, IDLE, second.key);
      const expected = [first.handle, first.handle, second.handle];
      await eventually(() => heard.length >= expected.length);
      expect(heard).toEqual(expected);
      stop();
      await store.remove({ owner: 'alice', except: undefined });
      await world.pass(20);
      expect(heard).toEqual(expected);
    });
  });
}

function one32(): string {
  return randomBytes(32).toString('base64url');
}
