import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '@portico/core';
import { openRedis, RedisScript } from '@portico/redis';
import { eventually } from '@portico/testing';
import { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import type { StoreWorld } from './store-world.ts';

const COUNT = new RedisScript(`return #redis.call('KEYS', ARGV[1] .. '*')`);

/** Sessions in a real Redis, under names that no other test uses. */
export async function redisWorld(url: string): Promise<StoreWorld> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const stores: RedisSessionStore[] = [];
  const redis = openRedis(url);
  return {
    clock: systemClock,
    open: async (options) => {
      const store = new RedisSessionStore({ redis: openRedis(url), name, ...options });
      stores.push(store);
      await eventually(() => store.isWatching);
      return store;
    },
    pass: async (milliseconds) => void (await pause(milliseconds)),
    residue: async () => (await redis.run(COUNT, [], [`portico:${name}:`])) as number,
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await redis.close();
    },
  };
}
