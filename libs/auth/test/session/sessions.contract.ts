import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import { eventually } from '@portico/testing';
import fc from 'fast-check';
import type { Session } from '../../src/session/session.ts';
import { type OpenedSession, type Renewal, type Sessions, SESSIONS_A_PAGE } from '../../src/session/sessions.ts';
import { SessionCipher } from '../../src/session/session-cipher.ts';
import { SessionCookie } from '../../src/session/session-cookie.ts';
import { createSessions, type SessionsOptions } from '../../src/session/session-service.ts';
import type { SessionRecord, SessionStore } from '../../src/session/session-store.ts';
import { loginOf, principalOf, tokensUntil } from './new-session.ts';
import type { StoreWorld } from './store-world.ts';

const ENDED = expect.objectContaining({ code: 'session-ended' });
const PROVIDER_AWAY = expect.objectContaining({ code: 'identity-provider-unavailable' });

/** What the sessions of a BFF have to do over every kind of store: two replicas, `here` and `there`. */
export function describeSessions(kind: string, openWorld: () => Promise<StoreWorld>): void {
  describe(`Sessions over ${kind}`, () => {
    const cipher = SessionCipher.random();
    let world: StoreWorld;
    let here: Sessions;
    let there: Sessions;
    let storeHere: SessionStore;
    beforeEach(async () => {
      world = await openWorld();
      storeHere = await world.open();
      here = sessionsOver(storeHere);
      there = sessionsOver(await world.open());
    });
    afterEach(() => world.close());

    function sessionsOver(store: SessionStore, about: Partial<SessionsOptions> = {}): Sessions {
      return createSessions({ store, cipher, clock: world.clock, ...about });
    }
    const tokens = (life = 300_000) => tokensUntil(world.clock.epoch(), life);
    const login = (subject = 'alice', life?: number): Promise<OpenedSession> =>
      here.begin(loginOf(subject, tokens(life)));

    /** What a provider answers, once it is told to: how often it was asked, and for which refresh tokens. */
    function provider(answer: (session: Session) => Renewal | Promise<Renewal>) {
      const asked: (string | undefined)[] = [];
      const refresh = async (session: Session): Promise<Renewal> => {
        asked.push(session.tokens.refreshToken);
        await pause(30);
        return answer(session);
      };
      return { asked, refresh };
    }
    const renewalOf = ({ principal }: Session): Renewal => ({ principal, tokens: tokens() });

    it('finds on every replica what one has begun', async () => {
      const { secret, session } = await login();
      expect(secret).toMatch(/^[\w-]{43}$/);
      const found = await there.find(secret);
      expect(found).toEqual({ ...session, lastSeenAt: expect.any(Number), idleExpiresAt: expect.any(Number) });
      expect(found!.principal).toMatchObject({ door: 'session', session: session.handle });
      expect(found!.principal.roles).toEqual(new Set(['customer']));
      expect(Object.isFrozen(found) && Object.isFrozen(found!.principal) && Object.isFrozen(found!.tokens)).toBe(true);
      expect(there.recall(secret)).toBe(found);
    });

    it('case 59: adopts no secret that a browser brings, and ends the session that it had before a login', async () => {
      const planted = randomBytes(32).toString('base64url');
      const first = await here.begin(loginOf('alice', tokens()), planted);
      expect(first.secret).not.toBe(planted);
      expect(await here.find(planted)).toBeUndefined();
      await there.find(first.secret);
      const second = await here.begin(loginOf('alice', tokens()), first.secret);
      expect(new Set([first.secret, second.secret, first.session.handle, second.session.handle]).size).toBe(4);
      await eventually(() => there.recall(first.secret) === undefined);
      expect(await here.find(first.secret)).toBeUndefined();
      expect(await there.find(first.secret)).toBeUndefined();
      expect(await there.find(second.secret)).toBeDefined();
    });

    it('case 60: a session that has ended is dead for every copy of its cookie, on every replica; ending it twice is fine', async () => {
      const { secret, session } = await login();
      await Promise.all([here.find(secret), there.find(secret)]);
      expect(await here.end('https://id.test bob', session.handle)).toBe(false);
      expect(await here.end(session.principal.id, '')).toBe(false);
      expect(here.recall(secret)).toBeDefined();
      expect(await here.end(session.principal.id, session.handle)).toBe(true);
      expect(here.recall(secret)).toBeUndefined();
      expect(await here.find(secret)).toBeUndefined();
      await eventually(() => there.recall(secret) === undefined);
      expect(await there.find(secret)).toBeUndefined();
      expect(await there.end(session.principal.id, session.handle)).toBe(false);
    });

    it('lists the sessions of a user, the newest first, without anything secret, and ends all but one', async () => {
      const first = await login();
      await world.pass(5);
      const second = await login();
      const bobs = await login('bob');
      const { items: list, next } = await there.list('https://id.test alice');
      expect(next).toBeUndefined();
      expect(list.map(({ handle }) => handle)).toEqual([second.session.handle, first.session.handle]);
      const fields = ['createdAt', 'device', 'expiresAt', 'handle', 'lastSeenAt', 'place'];
      expect(Object.keys(list[0]!).sort()).toEqual(fields);
      expect(await there.endAll('https://id.test alice', second.session.handle)).toBe(1);
      expect(await here.find(first.secret)).toBeUndefined();
      expect(await here.find(second.secret)).toBeDefined();
      expect(await there.endAll('https://id.test alice')).toBe(1);
      expect((await here.list('https://id.test alice')).items).toEqual([]);
      expect(await here.find(bobs.secret)).toBeDefined();
    });

    it('lists a page at a time, and says what the next one begins behind', async () => {
      const handles: string[] = [];
      for (let i = 0; i < SESSIONS_A_PAGE + 3; i++) handles.push((await login()).session.handle);
      const first = await there.list('https://id.test alice');
      expect(first.items).toHaveLength(SESSIONS_A_PAGE);
      const second = await there.list('https://id.test alice', first.next);
      expect(second.next).toBeUndefined();
      expect([...first.items, ...second.items].map(({ handle }) => handle).sort()).toEqual(handles.sort());
    });

    it('ends a session for one too many of a user, says which and for which, and answers from no copy of it', async () => {
      const own = await openWorld();
      const bounded = sessionsOver(await own.open({ mostPerOwner: 2 }), { clock: own.clock });
      const endings: unknown[] = [];
      const listener = (message: unknown) => endings.push(message);
      subscribe('portico.auth.session-ended', listener);
      const begin = () => bounded.begin(loginOf('alice', tokensUntil(own.clock.epoch(), 300_000)));
      const oldest = await begin();
      await bounded.find(oldest.secret);
      expect(bounded.recall(oldest.secret)).toBeDefined();
      await own.pass(10);
      await begin();
      const newest = await begin();
      unsubscribe('portico.auth.session-ended', listener);
      expect(bounded.recall(oldest.secret)).toBeUndefined();
      expect(await bounded.find(oldest.secret)).toBeUndefined();
      const ending = { handle: oldest.session.handle, successor: newest.session.handle };
      expect(endings).toEqual([{ principal: 'https://id.test alice', ...ending }]);
      await own.close();
    });

    it('case 67: ends the sessions of a login at the provider, of that issuer only', async () => {
      const { secret } = await login();
      const bobs = await login('bob');
      expect(await there.endProviderSession('https://other.test', 'sid-of-alice')).toBe(0);
      expect(await there.endProviderSession('https://id.test', 'sid-of-alice')).toBe(1);
      expect(await here.find(secret)).toBeUndefined();
      expect(await here.find(bobs.secret)).toBeDefined();
    });

    it('case 67: lets an identifier pass once, whichever replica it comes to', async () => {
      expect(await here.useOnce('logout', 'jti 1', 150)).toBe(true);
      expect(await there.useOnce('logout', 'jti 1', 150)).toBe(false);
      expect(await there.useOnce('logout', `jti 2 ${'x'.repeat(5_000)}`, 150)).toBe(true);
      await world.pass(200);
      expect(await here.useOnce('logout', 'jti 1', 150)).toBe(true);
    });

    it('case 63: 20 parallel calls over two replicas with an expired access token: one refresh, 20 times the new token', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const known = await Promise.all([here.find(secret), there.find(secret)]);
      const { asked, refresh } = provider(renewalOf);
      const renewed = await Promise.all(
        Array.from({ length: 20 }, (_, i) => [here, there][i % 2]!.withFreshToken(known[i % 2]!, refresh)),
      );
      expect(asked).toEqual([session.tokens.refreshToken]);
      const accessTokens = new Set(renewed.map(({ tokens: { accessToken } }) => accessToken));
      expect(accessTokens.size).toBe(1);
      expect(accessTokens).not.toContain(session.tokens.accessToken);
      for (const sessions of [here, there]) {
        await eventually(() => sessions.recall(secret)?.tokens.accessToken !== session.tokens.accessToken);
        expect(accessTokens).toContain((await sessions.find(secret))!.tokens.accessToken);
      }
    });

    it('case 63: who comes with an old copy after the refresh gets the new tokens, and asks nobody', async () => {
      const { session } = await login('alice', 10);
      await world.pass(20);
      const { asked, refresh } = provider(renewalOf);
      await here.withFreshToken(session, refresh);
      const late = await there.withFreshToken(session, refresh, 60_000);
      expect(late.tokens.accessTokenExpiresAt).toBeGreaterThan(world.clock.epoch());
      expect(asked).toHaveLength(1);
    });

    it('asks nobody while the access token is good for the margin', async () => {
      const { session } = await login('alice', 60_000);
      const { asked, refresh } = provider(renewalOf);
      expect(await here.withFreshToken(session, refresh, 50_000)).toBe(session);
      expect(asked).toEqual([]);
      expect(await here.withFreshToken(session, refresh, 70_000)).not.toBe(session);
      expect(asked).toHaveLength(1);
    });

    it('does not ask for ever when no token reaches the margin', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const { asked, refresh } = provider(({ principal }) => ({ principal, tokens: tokens(1_000) }));
      const calls = [here, there, here, there].map((one) => one.withFreshToken(session, refresh, 60_000));
      expect(new Set((await Promise.all(calls)).map((one) => one.tokens.accessToken)).size).toBe(1);
      expect(asked).toHaveLength(1);
      expect(await here.find(secret)).toBeDefined();
    });

    it('case 51: takes over the principal as the provider describes it now', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      await there.find(secret);
      await here.withFreshToken(session, async () => ({
        principal: principalOf('alice', { roles: new Set() }),
        tokens: tokens(),
      }));
      await eventually(() => there.recall(secret) === undefined);
      const found = await there.find(secret);
      expect(found!.principal.roles.size).toBe(0);
      expect(found!.principal).toMatchObject({ door: 'session', session: session.handle });
    });

    it('case 64: "session-ended" ends the session for everybody', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      await there.find(secret);
      const { asked, refresh } = provider(() => Promise.reject(new BffError('session-ended')));
      const calls = Array.from({ length: 6 }, (_, i) => [here, there][i % 2]!.withFreshToken(session, refresh));
      for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: ENDED });
      expect(asked).toHaveLength(1);
      expect(await here.find(secret)).toBeUndefined();
      await eventually(() => there.recall(secret) === undefined);
      expect(await there.find(secret)).toBeUndefined();
      expect((await there.list(session.principal.id)).items).toEqual([]);
    });

    it('any other failure leaves the session as it was, and a call after a moment tries again', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const away = provider(() => Promise.reject(new BffError('identity-provider-unavailable')));
      await expect(here.withFreshToken(session, away.refresh)).rejects.toEqual(PROVIDER_AWAY);
      expect((await there.find(secret))!.tokens).toEqual(session.tokens);
      await world.pass(1_000);
      const back = provider(renewalOf);
      expect((await there.withFreshToken(session, back.refresh)).tokens).not.toEqual(session.tokens);
    });

    it('asks a provider that fails once a second for a session, however many calls and replicas want to', async () => {
      const { session } = await login('alice', 10);
      await world.pass(20);
      const { asked, refresh } = provider(() => Promise.reject(new BffError('identity-provider-unavailable')));
      for (let seconds = 1; seconds <= 2; seconds++) {
        for (let round = 0; round < 5; round++) {
          const calls = Array.from({ length: 40 }, (_, i) => [here, there][i % 2]!.withFreshToken(session, refresh));
          for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: PROVIDER_AWAY });
        }
        expect(asked).toHaveLength(seconds);
        await world.pass(1_050);
      }
      const back = provider(renewalOf);
      expect((await there.withFreshToken(session, back.refresh)).tokens).not.toEqual(session.tokens);
    });

    it('keeps tokens that came without the user, lets nobody in with them, and asks again with them after a moment', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const failure = new BffError('identity-provider-unavailable');
      const over = tokensUntil(world.clock.epoch(), 0, { refreshToken: 'the next one' });
      const half = provider(({ principal }) => ({ principal, tokens: over, failure }));
      await expect(here.withFreshToken(session, half.refresh)).rejects.toEqual(PROVIDER_AWAY);
      expect((await there.find(secret))!.tokens.refreshToken).toBe('the next one');
      await world.pass(1_050);
      const { asked, refresh } = provider(renewalOf);
      const renewed = await there.withFreshToken((await there.find(secret))!, refresh);
      expect(asked).toEqual(['the next one']);
      expect(renewed.tokens.accessTokenExpiresAt).toBeGreaterThan(world.clock.epoch());
    });

    it('ends a session whose provider speaks of somebody else', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const refresh = async (): Promise<Renewal> => ({ principal: principalOf('mallory'), tokens: tokens() });
      await expect(here.withFreshToken(session, refresh)).rejects.toEqual(ENDED);
      expect(await there.find(secret)).toBeUndefined();
    });

    it('does not bring back a session that was ended while its tokens were on the way', async () => {
      const { secret, session } = await login('alice', 10);
      await world.pass(20);
      const { refresh } = provider(async (current) => {
        await there.end(current.principal.id, current.handle);
        return renewalOf(current);
      });
      await expect(here.withFreshToken(session, refresh)).rejects.toEqual(ENDED);
      expect(await here.find(secret)).toBeUndefined();
      expect((await here.list(session.principal.id)).items).toEqual([]);
    });

    it('waits a bounded time for a provider that hangs, here and there; its lock falls by itself', async () => {
      const { session } = await login('alice', 10);
      await world.pass(20);
      const hasty = sessionsOver(storeHere, { renewalTimeout: 100 });
      const other = sessionsOver(await world.open(), { renewalTimeout: 100 });
      const hanging = provider(() => new Promise(() => undefined));
      const first = hasty.withFreshToken(session, hanging.refresh);
      await eventually(() => hanging.asked.length === 1);
      const calls = Promise.allSettled([first, other.withFreshToken(session, hanging.refresh)]);
      await world.pass(130);
      for (const call of await calls) expect(call).toMatchObject({ reason: PROVIDER_AWAY });
      expect(hanging.asked).toHaveLength(1);
      await world.pass(1_000);
      // Waiters look at the store in real time, whatever the clock.
      await pause(100);
      const { asked, refresh } = provider(renewalOf);
      await other.withFreshToken(session, refresh);
      expect(asked).toHaveLength(1);
    });

    it('case 65: the store holds neither a secret, nor a token, nor a name; the cookie is small whatever the roles', async () => {
      const records: SessionRecord[] = [];
      const create = storeHere.create.bind(storeHere);
      jest.spyOn(storeHere, 'create').mockImplementation((record, ...rest) => {
        records.push(record);
        return create(record, ...rest);
      });
      const roles = new Set(Array.from({ length: 300 }, (_, i) => `role-number-${i}`));
      const { secret, session } = await here.begin(
        loginOf('alice', tokens(), { principal: principalOf('alice', { roles }) }),
      );
      expect(records).toHaveLength(1);
      const text = JSON.stringify(records);
      for (const hidden of [secret, 'alice', 'role-number', '-token', session.logoutToken, '192.0.2.1', 'id.test']) {
        expect(text).not.toContain(hidden);
      }
      expect(new SessionCookie('web-bff').set(secret).length).toBeLessThan(200);
      expect((await there.find(secret))!.principal.roles.size).toBe(300);
    });

    it('case 69: any other text is no session, and nothing throws', async () => {
      const { secret, session } = await login();
      const tampered = `${secret.slice(0, 20)}${secret[20] === 'A' ? 'B' : 'A'}${secret.slice(21)}`;
      const texts = [tampered, session.handle, session.logoutToken, ` ${secret}`, `${secret}=`, secret.slice(1), ''];
      for (const text of texts) expect(await here.find(text)).toBeUndefined();
      const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{43}$/), fc.constant('A'.repeat(20_000)));
      await fc.assert(
        fc.asyncProperty(text, async (garbage) => {
          expect(here.recall(garbage)).toBeUndefined();
          expect(await here.find(garbage)).toBeUndefined();
          await here.begin(loginOf('bob', tokens()), garbage);
        }),
        { numRuns: 30 },
      );
      expect(await here.find(secret)).toBeDefined();
    });

    it('case 69: a record that was tampered with, moved, or sealed with a key that is gone, is no session', async () => {
      const { secret, session } = await login();
      const stranger = sessionsOver(await world.open(), { cipher: SessionCipher.random() });
      expect(await stranger.find(secret)).toBeUndefined();
      expect((await stranger.list(session.principal.id)).items).toEqual([]);
      await expect(stranger.withFreshToken(session, async () => renewalOf(session), 900_000)).rejects.toEqual(ENDED);
      const mallory = await login('mallory');
      const own = await storeHere.readByHandle(session.handle);
      const foreign = await storeHere.readByHandle(mallory.session.handle);
      const expiresAt = session.expiresAt;
      await storeHere.replace({ key: own!.key, expected: own!.content, content: foreign!.content, expiresAt }, 60_000);
      expect(await here.find(secret)).toBeUndefined();
      expect(await here.find(mallory.secret)).toBeDefined();
    });

    it('ends with the refresh token, or with the access token when there is none', async () => {
      const now = world.clock.epoch();
      const withRefresh = await here.begin(
        loginOf('alice', tokensUntil(now, 100, { refreshTokenExpiresAt: now + 60_000 })),
      );
      expect(withRefresh.session.expiresAt).toBe(now + 60_000);
      expect(withRefresh.session.idleExpiresAt).toBe(now + 60_000);
      const without = await here.begin(loginOf('bob', tokensUntil(now, 150, { refreshToken: undefined })));
      expect(without.session.expiresAt).toBe(now + 150);
      expect(await there.find(without.secret)).toBeDefined();
      await world.pass(200);
      expect(there.recall(without.secret)).toBeUndefined();
      expect(await there.find(without.secret)).toBeUndefined();
      expect(await there.find(withRefresh.secret)).toBeDefined();
    });

    it('lasts as long as it is used, not longer than its life, and refreshes do not make that longer', async () => {
      const short = { idle: 200, life: 500 };
      const one = sessionsOver(storeHere, short);
      const two = sessionsOver(await world.open(), short);
      const { secret, session } = await one.begin(loginOf('alice', tokens()));
      const end = session.createdAt + 500;
      expect(session.expiresAt).toBe(end);
      const renewed = await two.withFreshToken(session, async () => renewalOf(session), 900_000);
      expect(renewed.expiresAt).toBe(end);
      for (let uses = 0; uses < 3; uses++) {
        await world.pass(120);
        expect(await (uses % 2 === 0 ? one : two).find(secret)).toBeDefined();
      }
      await world.pass(180);
      expect(one.recall(secret)).toBeUndefined();
      expect(await one.find(secret)).toBeUndefined();
      expect(await two.find(secret)).toBeUndefined();
    });

    it('ends when it is not used; looking without sliding is no use', async () => {
      const one = sessionsOver(storeHere, { idle: 200 });
      const { secret } = await one.begin(loginOf('alice', tokens()));
      await world.pass(120);
      expect(await one.find(secret, { slide: false })).toBeDefined();
      await world.pass(120);
      expect(await one.find(secret, { slide: false })).toBeUndefined();
    });
  });
}
