import { inspect } from 'node:util';
import { FakeClock } from '@portico/testing';
import { ExchangedTokens, type UserToken } from './exchanged-tokens.ts';

const MINUTE = 60_000;
const ORDERING = { audience: 'ordering' };

function setUp(life = 5 * MINUTE) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const provider = {
    exchangeToken: async (token: string, { audience, scope }: { audience: string; scope?: string }) => {
      asked.push(`${token} ${audience} ${scope ?? '-'}`);
      return { accessToken: `${token}-for-${audience}-${asked.length}`, expiresAt: clock.epoch() + life };
    },
  };
  const tokens = new ExchangedTokens(provider, { clock, random: () => 0 });
  const user = (accessToken: string, userLife = 10 * MINUTE): UserToken => ({
    accessToken,
    expiresAt: clock.epoch() + userLife,
  });
  return { clock, asked, tokens, user };
}

describe('exchanged tokens', () => {
  it('are one for each user token, audience and scope, asked for once', async () => {
    const { tokens, user, asked } = setUp();
    const alice = user('alice');
    await Promise.all([tokens.take(alice, ORDERING), tokens.take(alice, ORDERING)]);
    await tokens.take(user('bob'), ORDERING);
    await tokens.take(alice, { audience: 'reviews' });
    await tokens.take(alice, { ...ORDERING, scope: 'read' });
    expect(asked).toEqual(['alice ordering -', 'bob ordering -', 'alice reviews -', 'alice ordering read']);
    expect(tokens.take(alice, ORDERING)).toBe('Bearer alice-for-ordering-1');
    expect(tokens.size).toBe(4);
  });

  it('never outlive the token that they were made of', async () => {
    const { tokens, user, asked, clock } = setUp(60 * MINUTE);
    const alice = user('alice', 2 * MINUTE);
    await tokens.take(alice, ORDERING);
    clock.advance(2 * MINUTE - 5_001);
    expect(tokens.take(alice, ORDERING)).toBe('Bearer alice-for-ordering-1');
    clock.advance(5_001);
    expect(tokens.take(alice, ORDERING)).toBeInstanceOf(Promise);
    expect(asked.length).toBeGreaterThan(1);
  });

  it('end by themselves too', async () => {
    const { tokens, user, clock } = setUp(MINUTE);
    const alice = user('alice');
    await tokens.take(alice, ORDERING);
    clock.advance(MINUTE);
    expect(await tokens.take(alice, ORDERING)).toBe('Bearer alice-for-ordering-2');
  });

  it('are asked for anew once an upstream refused them', async () => {
    const { tokens, user, clock } = setUp();
    const alice = user('alice');
    await tokens.take(alice, ORDERING);
    clock.advance(6_000);
    tokens.refused(alice, ORDERING, 'Bearer alice-for-ordering-1');
    tokens.refused(user('nobody'), ORDERING, 'Bearer x');
    void tokens.take(alice, ORDERING);
    await new Promise(setImmediate);
    expect(tokens.take(alice, ORDERING)).toBe('Bearer alice-for-ordering-2');
  });

  it('are kept within bounds, those used last', async () => {
    const { tokens, user } = setUp();
    const first = user('user-0');
    for (let count = 0; count < 10_000; count++) await tokens.take(user(`user-${count}`), ORDERING);
    void tokens.take(first, ORDERING);
    for (let count = 0; count < 100; count++) await tokens.take(user(`further-${count}`), ORDERING);
    expect(tokens.size).toBe(10_000);
    expect(tokens.take(first, ORDERING)).toBe('Bearer user-0-for-ordering-1');
    expect(tokens.take(user('user-1'), ORDERING)).toBeInstanceOf(Promise);
  });

  it('are kept within a bound of characters too', async () => {
    const clock = new FakeClock();
    const exchangeToken = async () => ({ accessToken: 'x'.repeat(4 * 1024 ** 2), expiresAt: clock.epoch() + MINUTE });
    const tokens = new ExchangedTokens({ exchangeToken }, { clock, random: () => 0 });
    const user = (accessToken: string) => ({ accessToken, expiresAt: clock.epoch() + MINUTE });
    for (let count = 0; count < 30; count++) await tokens.take(user(`user-${count}`), ORDERING);
    expect(tokens.size).toBe(8);
    expect(typeof tokens.take(user('user-29'), ORDERING)).toBe('string');
    expect(tokens.take(user('user-21'), ORDERING)).toBeInstanceOf(Promise);
  });

  it('go when nobody can use them any more', async () => {
    const { tokens, user, clock } = setUp();
    for (let count = 0; count < 50; count++) await tokens.take(user(`user-${count}`, MINUTE), ORDERING);
    clock.advance(MINUTE);
    await tokens.take(user('later'), ORDERING);
    expect(tokens.size).toBe(1);
  });

  it('case 65: have no name that could be used as a token', async () => {
    const { tokens, user } = setUp();
    await tokens.take(user('secret-of-alice'), ORDERING);
    const { entries } = tokens as unknown as { entries: Map<string, unknown> };
    expect(inspect([...entries.keys()])).not.toContain('secret-of-alice');
  });
});
