import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { eventually } from '@portico/testing';
import { SESSIONS_A_PAGE } from '../../src/session/sessions.ts';
import { loginOf, tokensUntil } from './new-session.ts';
import { openReplicas, type Replicas } from './replicas.ts';
import type { OpenWorld } from './store-world.ts';

/** How sessions begin, are found and listed, and end: for `here` and `there`, two replicas. */
export function describeSessionLives(openWorld: OpenWorld): void {
  describe('from login to end', () => {
    let world: Replicas['world'];
    let here: Replicas['here'];
    let there: Replicas['there'];
    let storeHere: Replicas['storeHere'];
    let sessionsOver: Replicas['sessionsOver'];
    let tokens: Replicas['tokens'];
    let login: Replicas['login'];
    let renewalOf: Replicas['renewalOf'];
    beforeEach(async () => {
      ({ world, here, there, storeHere, sessionsOver, tokens, login, renewalOf } = await openReplicas(openWorld));
    });
    afterEach(() => world.close());

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
