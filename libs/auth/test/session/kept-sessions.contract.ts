import { eventually } from '@portico/testing';
import type { SessionRecord, SessionStore } from '../../src/session/session-store.ts';
import { randomKey, replacementOf, sessionRecord } from './session-record.ts';
import { openPair, type OpenWorld, type StoreWorld } from './store-world.ts';

const IDLE = 300;
const SLIDE = { idle: IDLE, after: 30 };

/** How a store keeps sessions: found on every replica, as long as they are used, and then gone without a trace. */
export function describeKeptSessions(openWorld: OpenWorld): void {
  describe('sessions', () => {
    let world: StoreWorld;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      ({ world, store, other } = await openPair(openWorld));
    });
    afterEach(() => world.close());
    const record = (about?: Partial<SessionRecord>): SessionRecord => sessionRecord(world.clock, about);

    it('gives back what it was given, on every replica, by key and by handle', async () => {
      const one = record({ content: 'Ünïcode "and" \u0000 quotes' });
      await store.create(one, IDLE);
      const stored = await other.read(one.key);
      expect(stored).toMatchObject({ key: one.key, content: one.content });
      expect(Math.abs(stored!.seenAt - world.clock.epoch())).toBeLessThan(200);
      expect(Math.abs(stored!.idleExpiresAt - stored!.seenAt - IDLE)).toBeLessThan(100);
      expect(await other.readByHandle(one.handle)).toMatchObject({ key: one.key, content: one.content });
    });

    it.each(['', 'unknown', '*', randomKey(), 'x'.repeat(10_000)])(
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

    it('leaves nothing of what has ended, whichever way it ended', async () => {
      const of = (about: Partial<SessionRecord>) => record({ owner: randomKey(), ...about });
      const [expired, replaced, one, all, succeeded] = [of({}), of({}), of({}), of({}), of({})];
      const logins = [of({ login: 'a-login' }), of({ login: 'a-login' }), of({ login: undefined })] as const;
      for (const session of [expired, replaced, one, all, succeeded, ...logins]) await store.create(session, IDLE);
      await store.replace(replacementOf(replaced), IDLE);
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
      await store.create(one, IDLE, randomKey());
      expect(await store.read(one.key)).toBeDefined();
    });

    it('tells every replica which session has changed or ended, and of no mere use', async () => {
      const heard: (string | undefined)[] = [];
      const stop = other.onChange((handle) => heard.push(handle));
      const [first, second] = [record(), record()];
      for (const one of [first, second]) await store.create(one, IDLE);
      await world.pass(60);
      await store.read(first.key, SLIDE);
      await store.replace(replacementOf(first), IDLE);
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
