import { FakeClock } from '@portico/testing';
import { memoryWorld } from '../../test/session/memory-world.ts';
import { describeSessionStore } from '../../test/session/session-store.contract.ts';
import { MemorySessionStore } from './memory-session-store.ts';
import type { SessionRecord } from './session-store.ts';

describeSessionStore('memory', memoryWorld);

describe('MemorySessionStore', () => {
  const clock = new FakeClock();
  const record = (key: string): SessionRecord => ({
    key,
    handle: `handle-${key}`,
    owner: 'alice',
    login: undefined,
    content: 'content',
    expiresAt: clock.epoch() + 3_600_000,
  });

  it('keeps no more sessions than it may: the one that was unused for longest goes', async () => {
    const store = new MemorySessionStore({ clock, maxSessions: 3 });
    for (const key of ['a', 'b', 'c']) await store.create(record(key), 60_000);
    await store.read('a', { idle: 60_000, after: 6_000 });
    await store.create(record('d'), 60_000);
    expect(store.size).toBe(3);
    expect(await store.read('b')).toBeUndefined();
    expect(await store.readByHandle('handle-b')).toBeUndefined();
    expect(await store.list('alice')).toHaveLength(3);
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
});
