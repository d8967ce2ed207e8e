import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '@portico/core';
import { openRedis, type Redis } from '@portico/redis';
import { eventually, type FaultProxy, requireService, startFaultProxy } from '@portico/testing';
import { loginOf, tokensUntil } from '../../test/session/new-session.ts';
import { RedisSessionStore } from './redis-session-store.ts';
import { SessionCipher } from './session-cipher.ts';
import { createSessions, type SessionsOptions } from './session-service.ts';
import type { Renewal, Sessions } from './sessions.ts';

const URL_OF_REDIS = requireService('REDIS_URL');
const UNAVAILABLE = expect.objectContaining({ code: 'sessions-unavailable' });

describe('Sessions over a Redis that fails', () => {
  const cipher = SessionCipher.random();
  let name: string;
  let proxy: FaultProxy;
  let nearby: Redis;
  let here: Sessions;
  let there: Sessions;
  let storeHere: RedisSessionStore;
  beforeEach(async () => {
    name = `test-${randomBytes(6).toString('hex')}`;
    proxy = await startFaultProxy(Number(new URL(URL_OF_REDIS).port || 6379));
    nearby = openRedis(`redis://127.0.0.1:${proxy.port}`, { connectTimeout: 300, commandTimeout: 300 });
    storeHere = new RedisSessionStore({ redis: nearby, name });
    here = createSessions({ store: storeHere, cipher });
    there = over();
    await eventually(() => storeHere.isWatching);
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    await proxy.close();
  });
  function over(about: Partial<SessionsOptions> = {}, clock: Clock = systemClock): Sessions {
    const store = new RedisSessionStore({ redis: openRedis(URL_OF_REDIS), name, clock });
    return createSessions({ store, cipher, clock, ...about });
  }
  const tokens = (life = 300_000) => tokensUntil(Date.now(), life);

  it.each([
    ['refuses connections', { refused: true }],
    ['hangs', { halfOpen: true }],
  ])(
    'case 70: when Redis %s, calls fail soon, no copy is trusted for long, and all is well when it is back',
    async (_name, faults) => {
      const { secret, session } = await here.begin(loginOf('alice', tokens()));
      await eventually(() => storeHere.isWatching);
      await here.find(secret);
      expect(here.recall(secret)).toBeDefined();
      await proxy.use(faults);
      await expect(here.find(randomBytes(32).toString('base64url'))).rejects.toEqual(UNAVAILABLE);
      await expect(here.list(session.principal.id)).rejects.toEqual(UNAVAILABLE);
      await expect(here.useOnce('logout', 'jti', 1_000)).rejects.toEqual(UNAVAILABLE);
      await eventually(() => here.recall(secret) === undefined, 3_000);
      await expect(here.find(secret)).rejects.toEqual(UNAVAILABLE);
      // What happens meanwhile elsewhere is not missed: nothing from before is trusted afterwards.
      expect(await there.end(session.principal.id, session.handle)).toBe(true);
      const other = await there.begin(loginOf('bob', tokens()));
      await proxy.use({});
      await eventually(() => storeHere.isWatching, 5_000);
      await eventually(() => nearby.isConnected, 5_000);
      expect(here.recall(secret)).toBeUndefined();
      expect(await here.find(secret)).toBeUndefined();
      expect(await here.find(other.secret)).toBeDefined();
      expect(here.recall(other.secret)).toBeDefined();
    },
  );

  it('case 63: the tokens of a refresh are kept although Redis went away in the middle of it', async () => {
    const { secret, session } = await here.begin(loginOf('alice', tokens(10)));
    await pause(20);
    let refreshes = 0;
    const refresh = async (): Promise<Renewal> => {
      refreshes++;
      await proxy.use({ refused: true });
      return { principal: session.principal, tokens: tokens() };
    };
    await expect(here.withFreshToken(session, refresh)).rejects.toEqual(UNAVAILABLE);
    await pause(200);
    await proxy.use({});
    const renewed = await there.withFreshToken(session, refresh);
    expect(renewed.tokens.accessToken).not.toBe(session.tokens.accessToken);
    expect((await there.find(secret))!.tokens).toEqual(renewed.tokens);
    expect(refreshes).toBe(1);
  });

  it('asks Redis once for a session that it does not know, and not at all for one that it does', async () => {
    const { secret } = await there.begin(loginOf('alice', tokens()));
    const run = jest.spyOn(nearby, 'run');
    await here.find(secret);
    expect(run).toHaveBeenCalledTimes(1);
    await here.find(secret);
    expect(here.recall(secret)).toBeDefined();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([3_600_000, -3_600_000])(
    'a replica whose clock is off by %d ms ends no session early, and none late',
    async (skew) => {
      const skewed: Clock = { ...systemClock, epoch: () => Date.now() + skew };
      const options = { idle: 300, life: 24 * 3_600_000 };
      const right = over(options);
      const wrong = over(options, skewed);
      const { secret } = await right.begin(loginOf('alice', tokens(24 * 3_600_000)));
      for (let uses = 0; uses < 4; uses++) {
        await pause(180);
        expect(await (uses % 2 === 0 ? wrong : right).find(secret)).toBeDefined();
      }
      expect(await wrong.endProviderSession('https://id.test', 'sid-of-alice')).toBe(1);
      const unused = await wrong.begin(loginOf('alice', tokensUntil(skewed.epoch(), 24 * 3_600_000)));
      await pause(400);
      expect(await right.find(unused.secret)).toBeUndefined();
      expect(await wrong.find(unused.secret)).toBeUndefined();
      await Promise.all([right.close(), wrong.close()]);
    },
  );
});
