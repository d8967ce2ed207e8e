import { randomBytes } from 'node:crypto';
import { systemClock } from '@portico/core';
import { openRedis, type Redis, RedisScript } from '@portico/redis';
import { requireService } from '@portico/testing';
import { redisWorld } from '../../test/session/redis-world.ts';
import { sessionRecord } from '../../test/session/session-record.ts';
import { describeSessionStore } from '../../test/session/session-store.contract.ts';
import { RedisSessionStore } from './redis-session-store.ts';
import type { SessionRecord } from './session-store.ts';

const URL_OF_REDIS = requireService('REDIS_URL');

describeSessionStore('Redis', () => redisWorld(URL_OF_REDIS));

describe('RedisSessionStore', () => {
  let name: string;
  let redis: Redis;
  let calls: number[];
  let store: RedisSessionStore;
  beforeEach(() => {
    name = `test-${randomBytes(6).toString('hex')}`;
    redis = openRedis(URL_OF_REDIS);
    calls = [];
    store = new RedisSessionStore({ redis: counting(redis, calls), name, mostPerOwner: 1_000 });
  });
  afterEach(async () => {
    await redis.run(
      new RedisScript(`for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end`),
      [],
      [`portico:${name}:*`],
    );
    await store.close();
  });

  const record = (about?: Partial<SessionRecord>): SessionRecord => sessionRecord(systemClock, about);

  it('does the same work for a login, a use and the end of one session whether their owner has 20 sessions or 600', async () => {
    const work = async (): Promise<number[]> => {
      const one = record();
      await store.create(one, 60_000);
      await store.read(one.key, { idle: 60_000, after: 0 });
      await store.remove({ owner: 'alice', handle: one.handle });
      return calls.slice(-3);
    };
    for (let i = 0; i < 20; i++) await store.create(record(), 60_000);
    const few = await work();
    for (let i = 0; i < 580; i++) await store.create(record(), 60_000);
    const many = await work();
    // An index that lasts long enough is not told to last longer.
    for (const [index, count] of many.entries()) expect(Math.abs(count - few[index]!)).toBeLessThanOrEqual(4);
    expect(Math.max(...few)).toBeLessThan(60);
  });

  it('does no more work for a page of a list than the page is long', async () => {
    for (let i = 0; i < 300; i++) await store.create(record(), 60_000);
    const page = await store.list('alice', 10);
    const first = calls.at(-1)!;
    expect(await store.list('alice', 10, page.at(-1)!.place)).toHaveLength(10);
    expect([first, calls.at(-1)!].every((count) => count <= 10 * 4)).toBe(true);
  });

  it('loses what is over from the index of a login at the provider while others begin', async () => {
    for (let i = 0; i < 100; i++) await store.create(record({ owner: `owner ${i}` }), 1);
    for (let i = 0; i < 40; i++) await store.create(record({ owner: `other ${i}` }), 60_000);
    const size = new RedisScript(`return redis.call('SCARD', ARGV[1])`);
    expect(await redis.run(size, [], [`portico:${name}:login:login-of-alice`])).toBeLessThan(60);
  });

  describe('with sessions of a release without the sorted sets', () => {
    /** As that release wrote them. */
    async function keep(one: SessionRecord): Promise<void> {
      const prefix = `portico:${name}:`;
      const script = new RedisScript(`
local prefix, key, handle, owner, login = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
redis.call('HSET', prefix .. 'session:' .. key, 'handle', handle, 'owner', owner, 'login', login, 'content', ARGV[6], 'ends', ARGV[7], 'seen', ARGV[8])
redis.call('SET', prefix .. 'handle:' .. handle, key)
redis.call('SADD', prefix .. 'owner:' .. owner, key)
redis.call('SADD', prefix .. 'login:' .. login, key)
for _, name in ipairs({ 'session:' .. key, 'handle:' .. handle, 'owner:' .. owner, 'login:' .. login }) do
  redis.call('PEXPIRE', prefix .. name, 60000)
end
return 1`);
      const seen = Date.now() - 10_000;
      await redis.run(
        script,
        [],
        [prefix, one.key, one.handle, one.owner, one.login!, one.content, one.expiresAt, seen],
      );
    }

    it('finds and ends them, each, all of an owner and all of a login', async () => {
      const [first, second, third, bobs] = [record(), record(), record(), record({ owner: 'bob', login: 'bobs' })];
      for (const one of [first, second, third, bobs]) await keep(one);
      const own = record();
      await store.create(own, 60_000);
      expect(await store.read(first.key)).toMatchObject({ content: first.content });
      expect(await store.readByHandle(second.handle)).toMatchObject({ key: second.key });
      expect(await store.remove({ owner: 'alice', handle: first.handle })).toEqual([first.handle]);
      const all = await store.remove({ owner: 'alice', except: own.handle });
      expect([...all].sort()).toEqual([second.handle, third.handle].sort());
      expect(await store.remove({ login: 'bobs' })).toEqual([bobs.handle]);
      expect(await store.read(own.key)).toBeDefined();
    });

    it('lists and counts each from its next use on', async () => {
      const bounded = new RedisSessionStore({ redis: openRedis(URL_OF_REDIS), name, mostPerOwner: 2 });
      const [used, unused] = [record(), record()];
      for (const one of [used, unused]) await keep(one);
      await bounded.read(used.key, { idle: 20_000, after: 1_000 });
      expect((await bounded.list('alice', 10)).map(({ key }) => key)).toEqual([used.key]);
      expect(await bounded.create(record(), 60_000)).toEqual([]);
      expect(await bounded.create(record(), 60_000)).toEqual([used.handle]);
      await bounded.close();
    });

    it('goes by the end that such a release has moved', async () => {
      const one = record();
      await store.create(record(), 60_000);
      await store.create(one, 100);
      for (const key of [`session:${one.key}`, `handle:${one.handle}`]) {
        await redis.run(
          new RedisScript(`return redis.call('PEXPIRE', ARGV[1], 30000)`),
          [],
          [`portico:${name}:${key}`],
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
      await store.create(record(), 60_000);
      expect(await store.list('alice', 10)).toHaveLength(3);
      const bounded = new RedisSessionStore({ redis: openRedis(URL_OF_REDIS), name, mostPerOwner: 3 });
      expect(await bounded.create(record(), 60_000)).toEqual([one.handle]);
      await bounded.close();
    });
  });
});

/** The same Redis; how many commands each script runs is written down. */
function counting(redis: Redis, calls: number[]): Redis {
  return new Proxy(redis, {
    get(target, property) {
      if (property !== 'run') {
        const value = Reflect.get(target, property) as unknown;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async (script: RedisScript, keys: string[], args: string[]) => {
        const source = `
local real, calls = redis, 0
local redis = { call = function(...) calls = calls + 1 return real.call(...) end }
local function script() ${script.source}
end
local answer = script()
return { calls, answer }`;
        const [count, answer] = (await target.run(new RedisScript(source), keys, args)) as [number, never];
        calls.push(count);
        return answer;
      };
    },
  });
}
