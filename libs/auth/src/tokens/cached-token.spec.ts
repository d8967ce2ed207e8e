import { inspect } from 'node:util';
import { BffError } from '@portico/core';
import { FakeClock } from '@portico/testing';
import type { IssuedToken } from '../provider/provider.ts';
import { CachedToken } from './cached-token.ts';

const MINUTE = 60_000;

/** A token whose issuer waits for the test. */
function setUp({ random = 0 } = {}) {
  const clock = new FakeClock();
  const token = new CachedToken({ clock, random: () => random });
  const waiting: Array<{ resolve(issued: IssuedToken): void; reject(error: unknown): void }> = [];
  let asked = 0;
  const issue = (): Promise<IssuedToken> => {
    asked++;
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return {
    clock,
    token,
    asked: () => asked,
    take: () => token.take(issue),
    /** Answers whoever asked first and was not answered yet. */
    async give(accessToken: string, life: number) {
      waiting.shift()!.resolve({ accessToken, expiresAt: clock.epoch() + life });
      await settle();
    },
    async fail(error: unknown = new BffError('identity-provider-unavailable')) {
      waiting.shift()!.reject(error);
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

const codeOf = (taken: string | Promise<string>): Promise<string> =>
  Promise.resolve(taken).then(
    (text) => text,
    (error: BffError) => error.code,
  );

describe('a cached token', () => {
  it('is asked for once however many want it, and then known without a wait', async () => {
    const { take, give, asked } = setUp();
    const takers = Array.from({ length: 20 }, () => Promise.resolve(take()));
    await give('one', 5 * MINUTE);
    expect(await Promise.all(takers)).toEqual(Array(20).fill('Bearer one'));
    expect(take()).toBe('Bearer one');
    expect(asked()).toBe(1);
  });

  it.each([
    { life: 5 * MINUTE, random: 0, renewedFrom: 5 * MINUTE - 30_000 },
    { life: 5 * MINUTE, random: 0.5, renewedFrom: 5 * MINUTE - 45_000 },
    { life: MINUTE, random: 0, renewedFrom: 45_000 },
    { life: 4_000, random: 0, renewedFrom: 3_000 },
  ])('of $life ms is renewed in the background from $renewedFrom ms on (chance $random)', async (one) => {
    const { take, give, asked, clock } = setUp(one);
    void take();
    await give('one', one.life);
    clock.advance(one.renewedFrom - 1);
    expect(take()).toBe('Bearer one');
    expect(asked()).toBe(1);
    clock.advance(1);
    expect([take(), take()]).toEqual(['Bearer one', 'Bearer one']);
    expect(asked()).toBe(2);
    await give('two', one.life);
    expect(take()).toBe('Bearer two');
    expect(asked()).toBe(2);
  });

  it('is waited for when nobody asked near its end', async () => {
    const { take, give, asked, clock } = setUp();
    void take();
    await give('one', 5 * MINUTE);
    clock.advance(5 * MINUTE - 5_001);
    expect(take()).toBe('Bearer one');
    await give('two', 0);
    clock.advance(10_000);
    const taken = take();
    expect(taken).toBeInstanceOf(Promise);
    await give('three', 5 * MINUTE);
    expect(await taken).toBe('Bearer three');
    expect(asked()).toBe(3);
  });

  it('is not sent in its last 5 seconds', async () => {
    const { take, give, clock } = setUp();
    void take();
    await give('one', 5 * MINUTE);
    clock.advance(5 * MINUTE - 5_000);
    const taken = take();
    expect(taken).toBeInstanceOf(Promise);
    await give('two', MINUTE);
    expect(await taken).toBe('Bearer two');
  });

  it('goes on being used while the provider is away, which is asked now and then', async () => {
    const { take, give, fail, asked, clock } = setUp();
    void take();
    await give('one', 5 * MINUTE);
    clock.advance(4.5 * MINUTE);
    for (let second = 0; second < 24; second++) {
      const before = asked();
      expect(take()).toBe('Bearer one');
      if (asked() > before) await fail();
      clock.advance(1_000);
    }
    expect(asked()).toBeGreaterThan(3);
    expect(asked()).toBeLessThan(15);
  });

  it('fails at once for all who wait, and for those who come in the moment after without asking again', async () => {
    const { take, fail, give, asked, clock } = setUp();
    const takers = [codeOf(take()), codeOf(take())];
    await fail();
    expect(await Promise.all(takers)).toEqual(Array(2).fill('identity-provider-unavailable'));
    expect(await codeOf(take())).toBe('identity-provider-unavailable');
    expect(asked()).toBe(1);
    clock.advance(1_000);
    const taken = codeOf(take());
    await give('one', MINUTE);
    expect(await taken).toBe('Bearer one');
    expect(asked()).toBe(2);
  });

  it('asks again at most 5 seconds after the last of many failures', async () => {
    const { take, fail, asked, clock } = setUp({ random: 1 });
    for (let failure = 1; failure <= 20; failure++) {
      const taken = codeOf(take());
      expect(asked()).toBe(failure);
      await fail();
      await taken;
      clock.advance(5_000);
    }
  });

  it('tells each request of a failure by an error of its own', async () => {
    const { take, fail } = setUp();
    const first = Promise.resolve(take()).catch((error: unknown) => error);
    await fail(new BffError('forbidden', { detail: 'no' }));
    const second = await Promise.resolve(take()).catch((error: unknown) => error);
    expect(second).toMatchObject({ code: 'forbidden', detail: 'no' });
    expect(second).not.toBe(await first);
  });

  it('case 65: takes nothing that could end its header field, and does not quote it', async () => {
    const { take, give } = setUp();
    const taken = Promise.resolve(take()).catch((error: unknown) => error);
    await give('secret\r\nx-user-roles: admin', MINUTE);
    const error = await taken;
    expect(error).toMatchObject({ code: 'identity-provider-unavailable' });
    expect(inspect(error, { depth: 10 })).not.toContain('secret');
  });

  it('is given to those who waited though it ended on the way, and asked for anew by the next', async () => {
    const { take, give, asked } = setUp();
    const taken = take();
    await give('short', -1_000);
    expect(await taken).toBe('Bearer short');
    void take();
    expect(asked()).toBe(2);
  });

  describe('that an upstream refused', () => {
    it('is renewed by the next call, and used until then', async () => {
      const { take, give, token, clock } = setUp();
      void take();
      await give('one', 5 * MINUTE);
      clock.advance(5_000);
      token.refused('Bearer one');
      expect(take()).toBe('Bearer one');
      await give('two', 5 * MINUTE);
      expect(take()).toBe('Bearer two');
    });

    it('is not lost when the provider is away', async () => {
      const { take, give, fail, token, clock } = setUp();
      void take();
      await give('one', 5 * MINUTE);
      clock.advance(5_000);
      token.refused('Bearer one');
      void take();
      await fail();
      expect(take()).toBe('Bearer one');
    });

    it('is kept when it is brand-new, or is not the one that was refused', async () => {
      const { take, give, token, clock, asked } = setUp();
      void take();
      await give('one', 5 * MINUTE);
      clock.advance(4_999);
      token.refused('Bearer one');
      expect(take()).toBe('Bearer one');
      clock.advance(10_000);
      token.refused('Bearer zero');
      expect(take()).toBe('Bearer one');
      expect(asked()).toBe(1);
    });
  });
});
