import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Access, Principal } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import fc from 'fast-check';
import type { AccessEvent } from './access-event.ts';
import { compileAccess } from './compile-access.ts';

function principal(overrides: Partial<Principal> = {}): Principal {
  return {
    id: 'https://id.example alice',
    issuer: 'https://id.example',
    subject: 'alice',
    door: 'session',
    clientId: 'web-bff',
    roles: new Set(['customer']),
    scopes: new Set(['openid', 'orders:read']),
    acr: '1',
    authTime: undefined,
    claims: { tier: 'gold', groups: ['a', 'b'] },
    session: 'handle',
    ...overrides,
  };
}

function codeFor(access: Exclude<Access, 'public'>, who: Partial<Principal> = {}, ctx = testContext()) {
  return compileAccess(access)(principal(who), ctx)?.code ?? 'allowed';
}

describe('compileAccess', () => {
  it('lets everybody who is known call what is for users', () => {
    expect(codeFor('user', { roles: new Set(), scopes: new Set(), claims: {} })).toBe('allowed');
  });

  it.each<[Access & object, string]>([
    [{ roles: ['customer'] }, 'allowed'],
    [{ roles: ['staff', 'customer'] }, 'allowed'],
    [{ roles: ['staff'] }, 'forbidden'],
    [{ roles: ['custom'] }, 'forbidden'],
    [{ roles: ['Customer'] }, 'forbidden'],
    [{ scopes: { all: ['openid', 'orders:read'] } }, 'allowed'],
    [{ scopes: { all: ['openid', 'orders:write'] } }, 'forbidden'],
    [{ scopes: { any: ['orders:write', 'orders:read'] } }, 'allowed'],
    [{ scopes: { any: ['orders:write'] } }, 'forbidden'],
    [{ claims: { tier: ['silver', 'gold'] } }, 'allowed'],
    [{ claims: { tier: ['silver'] } }, 'forbidden'],
    [{ claims: { groups: ['b'] } }, 'allowed'],
    [{ claims: { groups: ['c'] } }, 'forbidden'],
    [{ claims: { tier: ['gold'], groups: ['c'] } }, 'forbidden'],
    [{ claims: { constructor: ['Object'] } }, 'forbidden'],
    [{ acr: ['1', '2'] }, 'allowed'],
    [{ acr: ['2'] }, 'step-up-required'],
    [{ roles: ['staff'], acr: ['2'] }, 'forbidden'],
    [{ roles: ['customer'], scopes: { any: ['openid'] }, acr: ['1'] }, 'allowed'],
  ])('%j: %s', (access, outcome) => {
    expect(codeFor(access)).toBe(outcome);
  });

  it.each<[string, unknown]>([
    ['a number', 1],
    ['a boolean', true],
    ['null', null],
    ['an object', { gold: true }],
    ['a list with something else in it', ['gold', 1]],
    ['a text with commas', 'silver,gold'],
    ['a list in a list', [['gold']]],
  ])('case 50: a claim that is %s is never right', (_case, tier) => {
    expect(codeFor({ claims: { tier: ['gold', '1', 'true', '[object Object]'] } }, { claims: { tier } })).toBe(
      'forbidden',
    );
  });

  it('names the scopes that a token needs', () => {
    expect(compileAccess({ scopes: { all: ['a', 'b'] } })(principal(), testContext())?.scopes).toEqual(['a', 'b']);
  });

  it.each([
    ['no time of login', undefined, 'step-up-required'],
    ['just now', 0, 'allowed'],
    ['at the limit', -60, 'allowed'],
    ['within the leeway', -64, 'allowed'],
    ['too long ago', -66, 'step-up-required'],
    ['ahead, within the leeway', 4, 'allowed'],
    ['far ahead', 3_600, 'step-up-required'],
  ])('asks for a login that is fresh: %s', (_case, ago, outcome) => {
    const clock = new FakeClock();
    const authTime = ago === undefined ? undefined : Math.floor(clock.epoch() / 1_000) + ago;
    expect(codeFor({ maxAge: 60 }, { authTime }, testContext({ clock }))).toBe(outcome);
  });

  it('says what the login must be like', () => {
    const denial = compileAccess({ acr: ['2'], maxAge: 60 })(principal(), testContext());
    expect(denial).toMatchObject({ code: 'step-up-required', acr: ['2'], maxAge: 60 });
  });

  it('asks a policy last, and takes nothing but true for a yes', () => {
    const asked: string[] = [];
    const policy = (answer: unknown) => ({
      name: 'own-orders',
      allows: ({ subject }: Principal) => {
        asked.push(subject);
        return answer as boolean;
      },
    });
    expect(codeFor({ policy: policy(true) })).toBe('allowed');
    expect(codeFor({ policy: policy(false) })).toBe('forbidden');
    expect(codeFor({ policy: policy('yes') })).toBe('forbidden');
    expect(codeFor({ policy: policy(Promise.resolve(true)) })).toBe('forbidden');
    expect(asked).toHaveLength(4);
    expect(codeFor({ roles: ['staff'], policy: policy(true) })).toBe('forbidden');
    expect(asked).toHaveLength(4);
  });

  it('takes a throw for a no, and tells why', () => {
    const events: AccessEvent[] = [];
    const listen = (event: unknown) => void events.push(event as AccessEvent);
    subscribe('portico.auth.access', listen);
    const error = new Error('no such order');
    const allows = () => {
      throw error;
    };
    expect(codeFor({ policy: { name: 'own-orders', allows } })).toBe('forbidden');
    unsubscribe('portico.auth.access', listen);
    expect(events).toEqual([{ subject: 'policy own-orders', reason: expect.any(String), error }]);
  });

  it.each<unknown>([
    undefined,
    null,
    {},
    [],
    'users',
    'public ',
    { role: ['x'] },
    { roles: [] },
    { roles: 'customer' },
  ])('case 50: denies everybody what states %j', (access) => {
    expect(codeFor(access as 'user')).toBe('forbidden');
  });

  it('grants roles only to who has one of them, whatever they are called', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, names, (wanted, had) => {
        const outcome = codeFor({ roles: wanted }, { roles: new Set(had) });
        expect(outcome).toBe(wanted.some((role) => had.includes(role)) ? 'allowed' : 'forbidden');
      }),
    );
  });
});
