import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import {
  type Access,
  attachContext,
  BffError,
  declareAccess,
  ENFORCES_ACCESS,
  type Principal,
  type RequestContext,
} from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import type { AccessEvent } from '../policy/access-event.ts';
import type { Session } from '../session/session.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import { createSessions } from '../session/session-service.ts';
import type { Renewal, Sessions } from '../session/sessions.ts';
import { UpstreamTokens } from '../tokens/upstream-tokens.ts';
import { AccessGuard } from './access.guard.ts';
import { SessionStrategy } from './door-strategy.ts';
import { SessionDoor } from './session.door.ts';

const OWN = 'https://shop.example';
const NAME = 'test-bff';
const TOKEN_LIFE = 60_000;

const principal: Principal = {
  id: 'https://id.example alice',
  issuer: 'https://id.example',
  subject: 'alice',
  door: 'session',
  clientId: NAME,
  roles: new Set(['staff']),
  scopes: new Set(),
  acr: undefined,
  authTime: undefined,
  claims: {},
  session: undefined,
};

/** Refreshes as the test says. */
class TestProvider {
  refreshes = 0;
  answer: () => Promise<Renewal> = () => Promise.reject(new BffError('identity-provider-unavailable'));

  refresh(_session: Session): Promise<Renewal> {
    this.refreshes++;
    return this.answer();
  }

  clientToken(): never {
    throw new BffError('internal');
  }

  exchangeToken(): never {
    throw new BffError('internal');
  }
}

describe('the guard over the cookie door', () => {
  let clock: FakeClock;
  let sessions: Sessions;
  let provider: TestProvider;
  let guard: AccessGuard;
  let isStoreAway: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    provider = new TestProvider();
    isStoreAway = false;
    const store = new MemorySessionStore({ clock });
    const read = store.read.bind(store);
    store.read = (...args) => (isStoreAway ? Promise.reject(new Error('away')) : read(...args));
    sessions = createSessions({ store, cipher: SessionCipher.random(), clock });
    const tokens = new UpstreamTokens({ provider, sessions, clock });
    const door = new SessionDoor({ cookie: new SessionCookie(NAME), sessions, provider, tokens });
    new SessionStrategy();
    guard = new AccessGuard({ door, publicTokens: tokens.ofNobody, publicUrl: OWN });
  });
  afterEach(() => sessions.close());

  function tokens() {
    const accessTokenExpiresAt = clock.epoch() + TOKEN_LIFE;
    return {
      accessToken: 'access',
      accessTokenExpiresAt,
      refreshToken: 'refresh' as string | undefined,
      refreshTokenExpiresAt: undefined,
      idToken: 'id',
    };
  }

  async function logIn(changes: { readonly refreshToken?: undefined } = {}): Promise<string> {
    const { secret } = await sessions.begin({
      principal,
      tokens: { ...tokens(), ...changes },
      providerSession: undefined,
      device: { userAgent: 'test', address: '127.0.0.1' },
    });
    return `__Host-${NAME}=${secret}`;
  }

  function call(access: Access | undefined, headers: Readonly<Record<string, string>>) {
    const ctx = testContext({ clock });
    const raw = { headers };
    attachContext(raw, ctx);
    const handler = () => undefined;
    if (access !== undefined) declareAccess(handler, access);
    const context: ExecutionContext = new ExecutionContextHost([{ raw, headers }, {}], class Orders {}, handler);
    return { ctx, context };
  }

  /** What a call is answered: the code of its error, or `passed`. */
  async function outcome(access: Access | undefined, headers: Readonly<Record<string, string>>): Promise<string> {
    try {
      return (await guard.canActivate(call(access, headers).context)) ? 'passed' : 'false';
    } catch (error) {
      return error instanceof BffError ? error.code : String(error);
    }
  }

  const from = (cookie: string) => ({ cookie, 'x-csrf': '1' });

  it('says that it enforces access', () => {
    expect(ENFORCES_ACCESS in guard).toBe(true);
  });

  it('answers at once, without a promise, when the session is known', async () => {
    const cookie = await logIn();
    expect(await outcome('user', from(cookie))).toBe('passed');
    const { ctx, context } = call({ roles: ['staff'] }, from(cookie));
    expect(guard.canActivate(context)).toBe(true);
    expect(ctx.principal).toMatchObject({ id: principal.id, session: expect.any(String) });
    expect(ctx.tokens?.tokenFor('user', ctx)).toBe('Bearer access');
    expect(() => guard.canActivate(call({ roles: ['admin'] }, from(cookie)).context)).toThrow(BffError);
  });

  it('does not look at credentials on public routes', async () => {
    const cookie = await logIn();
    const { ctx, context } = call('public', { cookie, authorization: 'Bearer x' });
    expect(guard.canActivate(context)).toBe(true);
    expect(ctx.principal).toBeUndefined();
    expect(() => ctx.tokens?.tokenFor('user', ctx as RequestContext)).toThrow(BffError);
  });

  it('case 50: lets nobody call what states no access, and names it once', async () => {
    const events: AccessEvent[] = [];
    const listen = (event: unknown) => void events.push(event as AccessEvent);
    subscribe('portico.auth.access', listen);
    const cookie = await logIn();
    const { context } = call(undefined, from(cookie));
    expect(() => guard.canActivate(context)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => guard.canActivate(context)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    unsubscribe('portico.auth.access', listen);
    expect(events).toEqual([expect.objectContaining({ subject: 'Orders.handler' })]);
  });

  it('case 66: refuses a foreign call before anything is asked or changed for it', async () => {
    const cookie = await logIn();
    clock.advance(TOKEN_LIFE + 1);
    provider.answer = () => Promise.resolve({ principal, tokens: tokens() });
    expect(await outcome('user', { cookie })).toBe('csrf-refused');
    expect(await outcome('user', { ...from(cookie), origin: 'null' })).toBe('csrf-refused');
    expect(provider.refreshes).toBe(0);
    expect(await outcome('user', { ...from(cookie), origin: OWN })).toBe('passed');
    expect(provider.refreshes).toBe(1);
  });

  it('case 51: what the session says of its user counts as long as its access token', async () => {
    const cookie = await logIn();
    clock.advance(TOKEN_LIFE - 1);
    expect(await outcome({ roles: ['staff'] }, from(cookie))).toBe('passed');
    provider.answer = () => Promise.resolve({ principal: { ...principal, roles: new Set() }, tokens: tokens() });
    clock.advance(1);
    expect(await outcome({ roles: ['staff'] }, from(cookie))).toBe('forbidden');
    expect(await outcome('user', from(cookie))).toBe('passed');
    expect(provider.refreshes).toBe(1);
  });

  it('case 64: ends the session when the provider does, and keeps it when the provider is away', async () => {
    const cookie = await logIn();
    clock.advance(TOKEN_LIFE);
    expect(await outcome('user', from(cookie))).toBe('identity-provider-unavailable');
    provider.answer = () => Promise.reject(new BffError('session-ended'));
    clock.advance(60_000);
    expect(await outcome('user', from(cookie))).toBe('session-ended');
    provider.answer = () => Promise.resolve({ principal, tokens: tokens() });
    expect(await outcome('user', from(cookie))).toBe('session-ended');
  });

  it('challenges whoever it answers with 401 (RFC 9110 15.5.2)', async () => {
    const challenge = { headers: { 'www-authenticate': 'Cookie realm="session"' } };
    expect(() => guard.canActivate(call('user', {}).context)).toThrow(expect.objectContaining(challenge));
    const cookie = await logIn();
    const stepUp = call({ acr: ['9'], maxAge: 60 }, from(cookie));
    await expect(Promise.resolve(guard.canActivate(stepUp.context))).rejects.toMatchObject({
      ...challenge,
      login: '/bff/login?acr_values=9&max_age=60',
    });
    clock.advance(TOKEN_LIFE);
    provider.answer = () => Promise.reject(new BffError('session-ended'));
    await expect(guard.canActivate(call('user', from(cookie)).context)).rejects.toMatchObject(challenge);
  });

  it('tells a browser where to log in when its session has ended', async () => {
    const cookie = await logIn();
    clock.advance(TOKEN_LIFE);
    provider.answer = () => Promise.reject(new BffError('session-ended'));
    const answer = guard.canActivate(call('user', from(cookie)).context);
    await expect(answer).rejects.toMatchObject({ code: 'session-ended', login: '/bff/login' });
  });

  it('ends a session without refresh token with its access token', async () => {
    const cookie = await logIn({ refreshToken: undefined });
    expect(await outcome('user', from(cookie))).toBe('passed');
    clock.advance(TOKEN_LIFE);
    expect(await outcome('user', from(cookie))).toBe('session-ended');
    expect(provider.refreshes).toBe(0);
    expect((await sessions.list(principal.id)).items).toEqual([]);
  });

  it('case 70: a store that is away makes nobody anonymous and lets nobody in', async () => {
    const cookie = await logIn();
    isStoreAway = true;
    expect(await outcome('user', from(cookie))).toBe('sessions-unavailable');
    expect(await outcome({ roles: ['staff'] }, from(cookie))).toBe('sessions-unavailable');
    isStoreAway = false;
    expect(await outcome('user', from(cookie))).toBe('passed');
  });

  it('case 72: a session and an Authorization field are refused, known or not', async () => {
    const cookie = await logIn();
    const both = { ...from(cookie), authorization: '' };
    expect(await outcome('user', both)).toBe('credentials-ambiguous');
    expect(await outcome('user', from(cookie))).toBe('passed');
    expect(await outcome('user', both)).toBe('credentials-ambiguous');
    expect(await outcome('user', { ...from('a=b'), authorization: 'Bearer x' })).toBe('unauthenticated');
  });
});
