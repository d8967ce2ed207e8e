import { FakeClock } from '@portico/testing';
import { memoryWorld } from '../../test/session/memory-world.ts';
import { describeSessionStore } from '../../test/session/session-store.contract.ts';
import { bytesOf, MemorySessionTable } from './memory-session-table.ts';
import { MemorySessionStore } from './memory-session-store.ts';
import type { SessionRecord } from './session-store.ts';
import { SLICE } from './sliced-sweep.ts';

describeSessionStore('memory', memoryWorld);

describe('MemorySessionStore', () => {
  const clock = new FakeClock();
  const record = (key: string, about: Partial<SessionRecord> = {}): SessionRecord => ({
    key,
    handle: `handle-${key}`,
    owner: `owner-${key}`,
    login: undefined,
    content: 'x'.repeat(4_000),
    createdAt: clock.epoch(),
    expiresAt: clock.epoch() + 3_600_000,
    ...about,
  });
  const FULL = expect.objectContaining({
    code: 'sessions-unavailable',
    headers: { 'retry-after': '30' },
    cause: expect.objectContaining({ message: expect.stringContaining('SESSION_MEMORY') }) as Error,
  });

  it('refuses a login for which there is no room by its bytes, and ends no session of anybody', async () => {
    const maxBytes = 40 * bytesOf(record('one'));
    const store = new MemorySessionStore({ clock, maxBytes });
    for (let i = 0; i < 35; i++) await store.create(record(`user ${i}`), 60_000);
    await expect(store.create(record('one more'), 60_000, 'user 99')).rejects.toEqual(FULL);
    expect(store.size).toBe(35);
    for (let i = 0; i < 35; i++) expect(await store.read(`user ${i}`)).toBeDefined();
    expect(await store.list('owner-one more', 10)).toEqual([]);
    await store.create(record('again'), 60_000, 'user 3');
    expect(await store.read('user 3')).toBeUndefined();
    await store.close();
  });

  it('ends nothing for a login that is refused, neither what it succeeds nor what its owner has too many of', async () => {
    const owner = 'alice';
    const store = new MemorySessionStore({ clock, maxBytes: 40 * bytesOf(record('one')), mostPerOwner: 2 });
    for (const key of ['a', 'b']) await store.create(record(key, { owner }), 60_000);
    const huge = record('huge', { owner, content: 'x'.repeat(1_000_000) });
    await expect(store.create(huge, 60_000, 'a')).rejects.toEqual(FULL);
    expect(await store.list(owner, 10)).toHaveLength(2);
    await store.close();
  });

  it('has room for the larger contents of a renewal where there is none for a login, and bounds them too', async () => {
    const store = new MemorySessionStore({ clock, maxBytes: 40 * bytesOf(record('one')) });
    for (let i = 0; i < 35; i++) await store.create(record(`user ${i}`), 60_000);
    await expect(store.create(record('one more'), 60_000)).rejects.toEqual(FULL);
    const { content: expected, expiresAt } = record('user 0');
    const grown = { key: 'user 0', expected, content: 'y'.repeat(8_000), expiresAt };
    expect(await store.replace(grown, 60_000)).toBe(true);
    const huge = { key: 'user 1', expected, content: 'y'.repeat(400_000), expiresAt };
    await expect(store.replace(huge, 60_000)).rejects.toEqual(FULL);
    expect(await store.read('user 1')).toMatchObject({ content: expected });
    await store.close();
  });

  it('has the room of sessions back when they end, however they end', async () => {
    const store = new MemorySessionStore({ clock, maxBytes: 40 * bytesOf(record('one')), mostPerOwner: 10 });
    for (let round = 0; round < 200; round++) {
      const key = `round ${round}`;
      await store.create(record(key, { owner: 'alice', login: 'login' }), round % 2 === 0 ? 10 : 60_000);
      await store.replace({ key, expected: record(key).content, content: 'y', expiresAt: clock.epoch() + 60_000 }, 10);
      if (round % 5 === 0) await store.remove({ owner: 'alice', handle: `handle-${key}` });
      if (round % 50 === 0) await store.remove({ login: 'login' });
      clock.advance(4);
    }
    await store.remove({ owner: 'alice', except: undefined });
    for (let i = 0; i < 35; i++) await store.create(record(`user ${i}`), 60_000);
    await expect(store.create(record('one more'), 60_000)).rejects.toEqual(FULL);
    await store.close();
  });

  it('counts and tells the end of a session once, also when its time ends while a login ends it', async () => {
    const own = new FakeClock();
    const table = new MemorySessionTable(own, (handle) => ended.push(handle));
    const ended: string[] = [];
    const entry = { ...record('one'), seenAt: own.epoch(), idleExpiresAt: own.epoch() + 1_000 };
    table.add(entry);
    table.add({ ...entry, ...record('two'), idleExpiresAt: own.epoch() + 9_000 });
    own.advance(1_000);
    expect(table.get('one')).toBeUndefined();
    table.drop(entry);
    expect([table.size, table.bytes, ended]).toEqual([1, bytesOf(entry), ['handle-one']]);
  });

  it('needs no sweep to have the room of sessions that are over', async () => {
    const store = new MemorySessionStore({ clock, maxBytes: 40 * bytesOf(record('one')) });
    for (let i = 0; i < 35; i++) await store.create(record(`user ${i}`), 1_000);
    clock.advance(1_001);
    for (let i = 0; i < 35; i++) await store.create(record(`later ${i}`), 1_000);
    expect(store.size).toBeLessThanOrEqual(36);
    await store.close();
  });

  it('refuses a claim for which there is no room instead of forgetting one', async () => {
    const store = new MemorySessionStore({ clock, maxClaims: 2 });
    expect(await store.claim('a', 'me', 1_000)).toBe(true);
    expect(await store.claim('b', 'me', 2_000)).toBe(true);
    await expect(store.claim('c', 'me', 1_000)).rejects.toThrow('too many locks');
    expect(await store.claim('a', 'me', 1_000)).toBe(false);
    clock.advance(1_500);
    expect(await store.claim('c', 'me', 1_000)).toBe(true);
    expect(await store.claim('b', 'me', 1_000)).toBe(false);
    await store.close();
  });

  it('leaves no timer behind when it is closed', async () => {
    const own = new FakeClock();
    const store = new MemorySessionStore({ clock: own });
    own.advance(100_000);
    await store.close();
    expect(own.pending).toBe(0);
  });

  it('drops what is over a slice at a time, sessions, locks and identifiers, until nothing is left', async () => {
    const watched = new CountingClock();
    const store = new MemorySessionStore({ clock: watched });
    for (let i = 0; i < 2_500; i++) {
      const times = { createdAt: 0, expiresAt: watched.epoch() + 1_000 };
      await store.create(record(String(i), { ...times, owner: 'alice', login: 'l' }), 1_000);
    }
    // Beside 100 of one owner there are others.
    for (let i = 0; i < 2_500; i++) {
      await store.create(record(`b${i}`, { expiresAt: watched.epoch() + 1_000 }), 1_000);
      await store.claim(`lock ${i}`, 'me', 1_000);
      for (const kind of ['login', 'logout', 'proof'] as const) await store.useOnce(kind, `identifier ${i}`, 1_000);
    }
    const kept = record('kept', { expiresAt: watched.epoch() + 900_000 });
    await store.create(kept, 900_000);
    watched.readings = [];
    watched.advance(65_000);
    expect(store.size).toBe(1);
    expect(await store.read('kept')).toBeDefined();
    // Whatever is looked at is held against the time.
    expect(watched.readings.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(2_600 + 4 * 2_500);
    expect(Math.max(...watched.readings)).toBeLessThanOrEqual(SLICE + 1);
    await store.close();
  });
});

/** Counts how often the time is read in each call that it makes: what a sweep looks at, it holds against the time. */
class CountingClock extends FakeClock {
  readings: number[] = [];
  private count = 0;

  override now(): number {
    this.count++;
    return super.now();
  }

  override epoch(): number {
    this.count++;
    // `FakeClock` makes it of its own time.
    return super.epoch();
  }

  override after(delay: number, callback: () => void): ReturnType<FakeClock['after']> {
    return super.after(delay, () => {
      this.count = 0;
      callback();
      this.readings.push(this.count);
    });
  }
}
