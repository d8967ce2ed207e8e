import { FakeClock } from '@portico/testing';
import fc from 'fast-check';
import { SessionCipher } from '../session/session-cipher.ts';
import { LOGIN_LIFE, LoginCookies, type PendingLogin } from './login-cookies.ts';

const [OLD, NEW] = ['A'.repeat(43), 'B'.repeat(43)] as [string, string];
const state = 'state-of-this-login-0123456789012345678901234';

const pending: PendingLogin = {
  attempt: { state, nonce: 'n', codeVerifier: 'v', returnTo: '/orders', acr: ['2'], maxAge: 60 },
  isSilent: false,
  previous: 'p'.repeat(43),
};

/** The `Cookie` header of a browser that got these `set-cookie` values. */
const headerOf = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

describe('the cookies of logins', () => {
  it('bring a login back as it was, to whoever has the keys', () => {
    const clock = new FakeClock();
    const header = headerOf(new LoginCookies('__Host-web-bff', [OLD], clock).keep(undefined, pending, 'firefox'));
    expect(header).not.toContain('/orders');
    const rotated = new LoginCookies('__Host-web-bff', [NEW, OLD], clock).find(header, state);
    expect(rotated).toMatchObject(pending);
    expect(rotated?.cleared).toBe('__Host-web-bff-login-0=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0');
    expect(new LoginCookies('__Host-web-bff', [NEW], clock).find(header, state)).toBeUndefined();
    expect(new LoginCookies('__Host-admin-bff', [OLD], clock).find(header, state)).toBeUndefined();
  });

  it('are over after ten minutes, whatever the browser thinks of Max-Age', () => {
    const clock = new FakeClock();
    const cookies = new LoginCookies('__Host-web-bff', [OLD], clock);
    const header = headerOf(cookies.keep(undefined, pending, 'firefox'));
    clock.advance(LOGIN_LIFE - 1);
    expect(cookies.find(header, state)).toBeDefined();
    clock.advance(1);
    expect(cookies.find(header, state)).toBeUndefined();
  });

  it('keep their end when another tab has led to a session', () => {
    const clock = new FakeClock();
    const cookies = new LoginCookies('__Host-web-bff', [OLD], clock);
    const header = headerOf(cookies.keep(undefined, pending, 'firefox'));
    clock.advance(LOGIN_LIFE - 5_000);
    const [changed] = cookies.succeed(header, 'another-state', 's'.repeat(43)) as [string];
    expect(changed).toMatch(/; Max-Age=5$/);
    expect(cookies.find(headerOf([changed]), state)?.previous).toBe('s'.repeat(43));
    clock.advance(5_000);
    expect(cookies.find(headerOf([changed]), state)).toBeUndefined();
  });

  it('belong to one state each: a login that has led to a session is found by no other, and changes the others only', () => {
    const cookies = new LoginCookies('__Host-web-bff', [OLD], new FakeClock());
    const states = ['1', '2', '3'].map((one) => one.padStart(43, 's'));
    const jar = states.reduce<string[]>((kept, one) => {
      const login = { ...pending, attempt: { ...pending.attempt, state: one, returnTo: `/${one}` } };
      return [...kept, ...cookies.keep(headerOf(kept), login, 'firefox')];
    }, []);
    const header = headerOf(jar);
    for (const one of states) expect(cookies.find(header, one)?.attempt.returnTo).toBe(`/${one}`);
    for (const strange of ['', 's', states[0]!.slice(0, -1), `${states[0]}x`, states[0]!.toUpperCase()]) {
      expect(cookies.find(header, strange)).toBeUndefined();
    }
    const changed = cookies.succeed(header, states[1]!, 'n'.repeat(43));
    const secrets = states.map((one) => cookies.find(headerOf(changed), one)?.previous);
    expect(secrets).toEqual(['n'.repeat(43), undefined, 'n'.repeat(43)]);
  });

  it('that name one state twice lead to no login', () => {
    const cookies = new LoginCookies('__Host-web-bff', [OLD], new FakeClock());
    const first = cookies.keep(undefined, pending, 'firefox');
    const header = headerOf([...first, ...cookies.keep(headerOf(first), pending, 'firefox')]);
    expect(cookies.find(header, state)).toBeUndefined();
  });

  it('are never more than five however many logins begin at once, and stay below 8 KB in whatever order they are set', () => {
    const cookies = new LoginCookies('__Host-web-bff', [OLD], new FakeClock());
    const longest = {
      ...pending.attempt,
      returnTo: `/${'a'.repeat(511)}`,
      acr: ['1'.repeat(200)],
      maxAge: 999_999_999,
    };
    const order = fc.shuffledSubarray(
      Array.from({ length: 60 }, (_, i) => i),
      { minLength: 60 },
    );
    fc.assert(
      fc.property(order, fc.array(fc.nat(2), { minLength: 60, maxLength: 60 }), (answered, browsers) => {
        const set = browsers.map((browser, i) =>
          cookies.keep(
            undefined,
            { ...pending, attempt: { ...longest, state: `${i}`.padStart(43, 's') } },
            `${browser}`,
          ),
        );
        const jar = new Map<string, string>();
        for (const i of answered) for (const cookie of set[i]!) jar.set(cookie.split('=', 1)[0]!, cookie);
        expect(jar.size).toBeLessThanOrEqual(5);
        expect(headerOf([...jar.values()]).length).toBeLessThan(8_000);
        for (const i of answered.slice(-1)) {
          expect(cookies.find(headerOf([...jar.values()]), `${i}`.padStart(43, 's'))).toBeDefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are in different slots for five tabs that begin at the same time, whoever else begins meanwhile', () => {
    const cookies = new LoginCookies('__Host-web-bff', [OLD], new FakeClock());
    const states = Array.from({ length: 5 }, (_, i) => `${i}`.padStart(43, 's'));
    const set = states.flatMap((state, i) => {
      for (let others = 0; others < i * 3; others++) cookies.keep(undefined, pending, `somebody else ${others}`);
      return cookies.keep(undefined, { ...pending, attempt: { ...pending.attempt, state } }, '192.0.2.1 firefox');
    });
    for (const state of states) expect(cookies.find(headerOf(set), state)?.attempt.state).toBe(state);
  });

  it('take the place of the oldest when all slots are taken, and of no other', () => {
    const clock = new FakeClock();
    const cookies = new LoginCookies('__Host-web-bff', [OLD], clock);
    const jar = new Map<string, string>();
    const begin = (state: string): void => {
      const kept = { ...pending, attempt: { ...pending.attempt, state } };
      const header = jar.size === 0 ? undefined : headerOf([...jar.values()]);
      for (const cookie of cookies.keep(header, kept, 'firefox')) jar.set(cookie.split('=', 1)[0]!, cookie);
      clock.advance(1_000);
    };
    const states = Array.from({ length: 12 }, (_, i) => `${i}`.padStart(43, 's'));
    for (const state of states) begin(state);
    const header = headerOf([...jar.values()]);
    expect(states.filter((state) => cookies.find(header, state) !== undefined)).toEqual(states.slice(-5));
  });

  it('are not interchangeable with what the sessions’ own key has sealed', () => {
    const name = '__Host-web-bff-login-0';
    const forged = new SessionCipher([OLD]).seal(JSON.stringify({ ...pending, begunAt: Date.now() }), name);
    expect(new LoginCookies('__Host-web-bff', [OLD]).find(`${name}=${forged}`, state)).toBeUndefined();
  });
});
