import { FakeClock } from '@portico/testing';
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
    const header = headerOf(new LoginCookies('__Host-web-bff', [OLD], clock).keep(undefined, pending));
    expect(header).not.toContain('/orders');
    const rotated = new LoginCookies('__Host-web-bff', [NEW, OLD], clock).find(header, state);
    expect(rotated).toMatchObject(pending);
    expect(rotated?.cleared).toBe('__Host-web-bff-login-state-of=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0');
    expect(new LoginCookies('__Host-web-bff', [NEW], clock).find(header, state)).toBeUndefined();
    expect(new LoginCookies('__Host-admin-bff', [OLD], clock).find(header, state)).toBeUndefined();
  });

  it('are over after ten minutes, whatever the browser thinks of Max-Age', () => {
    const clock = new FakeClock();
    const cookies = new LoginCookies('__Host-web-bff', [OLD], clock);
    const header = headerOf(cookies.keep(undefined, pending));
    clock.advance(LOGIN_LIFE - 1);
    expect(cookies.find(header, state)).toBeDefined();
    clock.advance(1);
    expect(cookies.find(header, state)).toBeUndefined();
  });

  it('keep their end when another tab has led to a session', () => {
    const clock = new FakeClock();
    const cookies = new LoginCookies('__Host-web-bff', [OLD], clock);
    const header = headerOf(cookies.keep(undefined, pending));
    clock.advance(LOGIN_LIFE - 5_000);
    const [changed] = cookies.succeed(header, 'another-state', 's'.repeat(43)) as [string];
    expect(changed).toMatch(/; Max-Age=5$/);
    expect(cookies.find(headerOf([changed]), state)?.previous).toBe('s'.repeat(43));
    clock.advance(5_000);
    expect(cookies.find(headerOf([changed]), state)).toBeUndefined();
  });

  it('are not interchangeable with what the sessions’ own key has sealed', () => {
    const name = '__Host-web-bff-login-state-of';
    const forged = new SessionCipher([OLD]).seal(JSON.stringify({ ...pending, begunAt: Date.now() }), name);
    expect(new LoginCookies('__Host-web-bff', [OLD]).find(`${name}=${forged}`, state)).toBeUndefined();
  });
});
