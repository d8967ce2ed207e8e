import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import { eventually, FakeClock } from '@portico/testing';
import { loginOf, principalOf, tokensUntil } from '../../test/session/new-session.ts';
import { MemorySessionStore } from './memory-session-store.ts';
import { SessionCodec } from './session-codec.ts';
import { SessionCipher } from './session-cipher.ts';
import { createSessions, type SessionsOptions } from './session-service.ts';
import type { SessionStore } from './session-store.ts';
import type { Session } from './session.ts';
import type { Renewal, Sessions } from './sessions.ts';

const UNAVAILABLE = expect.objectContaining({ code: 'sessions-unavailable' });

const ASKING = new Set(['create', 'read', 'readByHandle', 'replace', 'remove', 'list', 'claim', 'release', 'useOnce']);

/** A store in memory that can be away: for questions, or for messages of others. */
function fickleStore(clock: FakeClock) {
  const state = {
    hears: true,
    isAway: false,
    reads: 0,
    /** Called in the middle of a read, when the answer is known already. */
    duringRead: async (): Promise<unknown> => undefined,
    /** Called when a claim has been carried out. */
    afterClaim: async (): Promise<unknown> => undefined,
  };
  const store = new Proxy<SessionStore>(new MemorySessionStore({ clock }), {
    get(target, name: keyof SessionStore) {
      if (name === 'isWatching') return state.hears;
      const method = (target[name] as (...args: unknown[]) => unknown).bind(target);
      if (!ASKING.has(name)) return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'read') state.reads++;
        if (state.isAway) throw new Error('connect ECONNREFUSED');
        const answer = await method(...args);
        if (name === 'read') await state.duringRead();
        if (name === 'claim') await state.afterClaim();
        return answer;
      };
    },
  });
  return { store, state };
}

describe('createSessions', () => {
  const cipher = SessionCipher.random();
  let clock: FakeClock;
  let store: SessionStore;
  let state: ReturnType<typeof fickleStore>['state'];
  let sessions: Sessions;
  beforeEach(() => {
    clock = new FakeClock();
    ({ store, state } = fickleStore(clock));
    sessions = over();
  });
  afterEach(() => sessions.close());
  const over = (about: Partial<SessionsOptions> = {}): Sessions => createSessions({ store, cipher, clock, ...about });
  const tokens = (life = 300_000) => tokensUntil(clock.epoch(), life);
  const begin = (life?: number) => sessions.begin(loginOf('alice', tokens(life)));
  const renewalOf = (session: Session): Renewal => ({ principal: session.principal, tokens: tokens() });

  it('case 70: says "sessions-unavailable" while the store is away, never "no session", and recovers by itself', async () => {
    const { secret, session } = await begin(10);
    const { id } = session.principal;
    clock.advance(20);
    state.isAway = true;
    const refresh = jest.fn(async () => renewalOf(session));
    const calls = [
      sessions.find(secret),
      sessions.find(randomBytes(32).toString('base64url')),
      sessions.begin(loginOf('bob', tokens())),
      sessions.withFreshToken(session, refresh),
      sessions.end(id, session.handle),
      sessions.endAll(id),
      sessions.endProviderSession('https://id.test', 'sid'),
      sessions.list(id),
      sessions.useOnce('logout', 'jti', 1_000),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    }
    expect(refresh).not.toHaveBeenCalled();
    state.isAway = false;
    expect(await sessions.find(secret)).toBeDefined();
    expect((await sessions.withFreshToken(session, refresh)).tokens).not.toEqual(session.tokens);
  });

  it('lets users log in, renew and be logged out however many logins strangers have begun and brought back', async () => {
    const { session } = await begin(10);
    for (let i = 0; i < 100_001; i++) await sessions.useOnce('login', `state ${i}`, 600_000);
    clock.advance(20);
    expect((await sessions.withFreshToken(session, async () => renewalOf(session))).tokens).not.toEqual(session.tokens);
    expect(await sessions.useOnce('login', 'state of a user', 600_000)).toBe(true);
    expect(await sessions.useOnce('login', 'state of a user', 600_000)).toBe(false);
    expect(await sessions.useOnce('logout', 'jti', 600_000)).toBe(true);
  });

  it('answers from memory for seconds only, and reads once after that', async () => {
    const { secret } = await begin();
    expect(sessions.recall(secret)).toBeUndefined();
    await sessions.find(secret);
    await sessions.find(secret);
    expect(sessions.recall(secret)).toBeDefined();
    expect(state.reads).toBe(1);
    clock.advance(4_999);
    expect(sessions.recall(secret)).toBeDefined();
    clock.advance(1);
    expect(sessions.recall(secret)).toBeUndefined();
    await sessions.find(secret);
    expect(sessions.recall(secret)).toBeDefined();
    expect(state.reads).toBe(2);
  });

  it('asks the store again when the use of a session has to be noted', async () => {
    const hasty = over({ idle: 20_000 });
    const { secret } = await hasty.begin(loginOf('alice', tokens()));
    await hasty.find(secret);
    clock.advance(2_000);
    expect(hasty.recall(secret)).toBeUndefined();
    const used = await hasty.find(secret);
    expect(used!.lastSeenAt).toBe(clock.epoch());
    expect(used!.idleExpiresAt).toBe(clock.epoch() + 20_000);
  });

  it('case 70: trusts no copy while changes by others are not heard, nor one from before', async () => {
    const { secret } = await begin();
    await sessions.find(secret);
    state.hears = false;
    expect(sessions.recall(secret)).toBeUndefined();
    await sessions.find(secret);
    await sessions.find(secret);
    expect(state.reads).toBe(3);
    state.hears = true;
    const kept = over();
    const { secret: other } = await kept.begin(loginOf('alice', tokens()));
    state.hears = false;
    await kept.find(other);
    state.hears = true;
    expect(kept.recall(other)).toBeUndefined();
  });

  it('keeps no answer that a change has overtaken', async () => {
    const { secret, session } = await begin();
    state.duringRead = () => sessions.end(session.principal.id, session.handle);
    await sessions.find(secret);
    expect(sessions.recall(secret)).toBeUndefined();
    state.duringRead = async () => undefined;
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it('case 59: answers nobody from memory whose session a login has ended, even before the message of it is heard', async () => {
    const { store: mute } = fickleStore(clock);
    mute.onChange = () => () => undefined;
    const deaf = createSessions({ store: mute, cipher, clock });
    const { secret } = await deaf.begin(loginOf('alice', tokens()));
    await deaf.find(secret);
    expect(deaf.recall(secret)).toBeDefined();
    await deaf.begin(loginOf('alice', tokens()), secret);
    expect(deaf.recall(secret)).toBeUndefined();
    await deaf.close();
  });

  it('remembers sessions of a bounded number of bytes', async () => {
    const small = over({ maxCopyBytes: 3 * 5_000 });
    const secrets: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { secret } = await small.begin(loginOf(`user-${i}`, tokens()));
      secrets.push(secret);
      await small.find(secret);
    }
    expect(secrets.map((secret) => small.recall(secret) !== undefined)).toEqual([false, false, true, true, true]);
  });

  it('has the room of copies back that are over, have changed or were dropped', async () => {
    const small = over({ maxCopyBytes: 3 * 5_000 });
    for (let round = 0; round < 40; round++) {
      const { secret, session } = await small.begin(loginOf(`user-${round}`, tokens()));
      await small.find(secret);
      expect(small.recall(secret)).toBeDefined();
      if (round % 3 === 0) await small.end(session.principal.id, session.handle);
      if (round % 3 === 1) clock.advance(6_000);
    }
  });

  it('keeps the tokens of a refresh when the store goes away in the middle of it', async () => {
    const { secret, session } = await begin(10);
    clock.advance(20);
    const refresh = jest.fn(async () => {
      state.isAway = true;
      return renewalOf(session);
    });
    await expect(sessions.withFreshToken(session, refresh)).rejects.toEqual(UNAVAILABLE);
    await expect(sessions.withFreshToken(session, refresh)).rejects.toEqual(UNAVAILABLE);
    await pause(150);
    state.isAway = false;
    let found: Session | undefined;
    const look = setInterval(() => void sessions.find(secret).then((one) => (found = one)), 20);
    await eventually(() => found !== undefined && found.tokens.accessToken !== session.tokens.accessToken);
    clearInterval(look);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(await sessions.withFreshToken(session, refresh)).toMatchObject({ handle: session.handle });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('frees a lock that the store gave although nobody heard so', async () => {
    const { session } = await begin(10);
    clock.advance(20);
    state.afterClaim = async () => {
      state.isAway = true;
      throw new Error('no answer within 1000 ms');
    };
    const refresh = jest.fn(async () => renewalOf(session));
    await expect(sessions.withFreshToken(session, refresh)).rejects.toEqual(UNAVAILABLE);
    state.afterClaim = async () => undefined;
    state.isAway = false;
    expect((await sessions.withFreshToken(session, refresh)).tokens).not.toEqual(session.tokens);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('case 63: a refusal for the reason that another replica was faster ends nothing', async () => {
    const { secret, session } = await begin(10);
    clock.advance(20);
    const refresh = async (current: Session): Promise<Renewal> => {
      const { key, content: expected } = (await store.readByHandle(current.handle))!;
      const next = { ...current, tokens: tokens() };
      const content = new SessionCodec(cipher).encode(next, key);
      await store.replace({ key, expected, content, expiresAt: current.expiresAt }, 60_000);
      throw new BffError('session-ended');
    };
    const renewed = await sessions.withFreshToken(session, refresh);
    expect(renewed.tokens).not.toEqual(session.tokens);
    expect(await sessions.find(secret)).toBeDefined();
  });

  it('passes on what is not a failure of the store as it is', async () => {
    const { session } = await begin(10);
    clock.advance(20);
    const error = new BffError('internal', { detail: 'a mistake' });
    await expect(sessions.withFreshToken(session, () => Promise.reject(error))).rejects.toBe(error);
    clock.advance(1_000);
    await expect(
      sessions.withFreshToken(session, () => {
        throw error;
      }),
    ).rejects.toBe(error);
  });

  it('cuts what a device says of itself', async () => {
    const device = { userAgent: 'x'.repeat(10_000), address: '192.0.2.1' };
    const { session } = await sessions.begin(loginOf('alice', tokens(), { device, principal: principalOf('alice') }));
    expect(session.device.userAgent).toHaveLength(200);
  });

  it('leaves no timer behind', async () => {
    const { session } = await begin(10);
    clock.advance(20);
    await sessions.withFreshToken(session, async () => renewalOf(session));
    await sessions.close();
    await pause(1);
    expect(clock.pending).toBe(0);
  });
});
