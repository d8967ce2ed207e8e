import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import { eventually } from '@portico/testing';
import type { Session } from '../../src/session/session.ts';
import type { Renewal } from '../../src/session/sessions.ts';
import { principalOf, tokensUntil } from './new-session.ts';
import { openReplicas, type Replicas } from './replicas.ts';
import type { OpenWorld } from './store-world.ts';

const ENDED = expect.objectContaining({ code: 'session-ended' });
const PROVIDER_AWAY = expect.objectContaining({ code: 'identity-provider-unavailable' });

/** How the tokens of a session are renewed: once, whoever asks, `here` or `there`. */
export function describeTokenRenewal(openWorld: OpenWorld): void {
  describe('renewal of tokens', () => {
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
  });
}

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
