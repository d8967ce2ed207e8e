import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, type FaultProxy, requireService, startFaultProxy, withinATurn } from '@portico/testing';
import { openRedis, type Redis } from './redis.ts';
import { RedisScript } from './redis-script.ts';

const URL_OF_REDIS = requireService('REDIS_URL');

describe('Redis', () => {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  let proxy: FaultProxy;
  let direct: Redis;
  let redis: Redis;
  beforeEach(async () => {
    proxy = await startFaultProxy(Number(new URL(URL_OF_REDIS).port || 6379));
    direct = openRedis(URL_OF_REDIS);
    redis = openRedis(`redis://127.0.0.1:${proxy.port}`, { commandTimeout: 300, connectTimeout: 300 });
  });
  afterEach(async () => {
    await Promise.all([direct.close(), redis.close()]);
    await proxy.close();
  });

  it('gets, sets, expires and deletes, from the first moment on', async () => {
    expect(await redis.get(`${prefix} a`)).toBeUndefined();
    expect(await redis.set(`${prefix} a`, 'Ünïcode\r\n\u0000', { px: 100 })).toBe(true);
    expect(await redis.set(`${prefix} a`, 'other', { onlyIfMissing: true })).toBe(false);
    expect(await direct.get(`${prefix} a`)).toBe('Ünïcode\r\n\u0000');
    await pause(130);
    expect(await redis.get(`${prefix} a`)).toBeUndefined();
    expect(await redis.set(`${prefix} a`, 'other', { onlyIfMissing: true, px: 60_000 })).toBe(true);
    expect(await redis.delete(`${prefix} a`, `${prefix} b`)).toBe(1);
    expect(await redis.delete()).toBe(0);
  });

  it('runs a script that the server does not know yet, and one that it knows', async () => {
    const script = new RedisScript(`return { KEYS[1], ARGV[1], 7, false } -- ${prefix}`);
    for (let times = 0; times < 2; times++) {
      expect(await redis.run(script, ['key'], [1.5])).toEqual(['key', '1.5', 7, null]);
    }
  });

  it('tells errors of the server from its absence, and repeats no arguments', async () => {
    await expect(redis.run(new RedisScript('return nonsense('), [], ['secret'])).rejects.toMatchObject({
      kind: 'refused',
      message: expect.not.stringContaining('secret'),
    });
    const unknown = new RedisScript(`return redis.call('SET', 'a')`);
    await expect(redis.run(unknown, [], [])).rejects.toMatchObject({ kind: 'refused' });
    expect(redis.isConnected).toBe(true);
  });

  it('case 70: a command fails when the connection is reset, at once while there is none, and works when there is one', async () => {
    expect(await redis.set(`${prefix} a`, '1', { px: 10_000 })).toBe(true);
    await proxy.use({ refused: true });
    await eventually(() => !redis.isConnected);
    await expect(withinATurn(redis.get(`${prefix} a`))).rejects.toMatchObject({ kind: 'away' });
    await proxy.use({});
    await eventually(() => redis.isConnected, 4_000);
    expect(await redis.get(`${prefix} a`)).toBe('1');
  });

  it('case 70: commands fail within their deadline when the server hangs, however many, and work when it is back', async () => {
    await redis.get('a');
    await proxy.use({ halfOpen: true });
    // One after the other they would take longer than a test may.
    const calls = await Promise.allSettled(Array.from({ length: 100 }, () => redis.get('a')));
    for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: { name: 'RedisError' } });
    await pause(400);
    await expect(redis.get('a')).rejects.toMatchObject({ name: 'RedisError' });
    await proxy.use({});
    await eventually(() => redis.isConnected, 4_000);
    expect(await redis.get('a')).toBeUndefined();
  });

  it('does not take its own busy time for silence of the server', async () => {
    const hasty = openRedis(URL_OF_REDIS, { commandTimeout: 100 });
    await hasty.get('a');
    const answer = hasty.get('a');
    await new Promise((resolve) => setImmediate(resolve));
    const end = performance.now() + 300;
    while (performance.now() < end);
    expect(await answer).toBeUndefined();
    expect(hasty.isConnected).toBe(true);
    await hasty.close();
  });

  it('hears a channel again after the connection was lost or hung, and says when it does not hear', async () => {
    const heard: string[] = [];
    let losses = 0;
    const subscription = redis.subscribe(prefix, { message: (text) => heard.push(text), lost: () => losses++ });
    await eventually(() => subscription.isLive);
    await direct.publish(prefix, 'one');
    await eventually(() => heard.length === 1);
    await proxy.use({ refused: true });
    await eventually(() => !subscription.isLive);
    await direct.publish(prefix, 'missed');
    await proxy.use({});
    await eventually(() => subscription.isLive, 4_000);
    await direct.publish(prefix, 'two');
    await eventually(() => heard.length === 2);
    await proxy.use({ halfOpen: true });
    await eventually(() => !subscription.isLive, 3_000);
    await proxy.use({});
    await eventually(() => subscription.isLive, 4_000);
    expect(losses).toBe(2);
    subscription.close();
    expect(subscription.isLive).toBe(false);
    await direct.publish(prefix, 'after');
    await pause(50);
    expect(heard).toEqual(['one', 'two']);
  });

  it('hears several channels, those included that are subscribed to later', async () => {
    const heard: string[] = [];
    const first = redis.subscribe(`${prefix} 1`, { message: (text) => heard.push(text) });
    await eventually(() => first.isLive);
    const second = redis.subscribe(`${prefix} 2`, { message: (text) => heard.push(text) });
    await eventually(() => second.isLive);
    expect(await direct.publish(`${prefix} 1`, 'a')).toBe(1);
    expect(await direct.publish(`${prefix} 2`, 'b')).toBe(1);
    await eventually(() => heard.length === 2);
    expect(first.isLive).toBe(true);
  });
});
