import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { BffError, TokenSource, UpstreamToken } from '@portico/core';
import { type FakeIdentityProvider, hang, reply, startFakeIdentityProvider, testContext } from '@portico/testing';
import { decodeJwt } from 'jose';
import { logIn } from '../../test/provider-fixture.ts';
import { createProvider } from '../provider/create-provider.ts';
import type { Provider } from '../provider/provider.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { type BearerCredential, UpstreamTokens } from './upstream-tokens.ts';

const CLIENT = { client: { audience: 'portico-api' } } as const;
const EXCHANGE = { exchange: { audience: 'ordering', scope: 'ordering' } } as const;
const DEVICE = { userAgent: 'Firefox', address: '192.0.2.1' };

let idp: FakeIdentityProvider;
let provider: Provider;
let sessions: Sessions;
let tokens: UpstreamTokens;

beforeEach(async () => {
  idp = await startFakeIdentityProvider();
  idp.user = 'alice';
  provider = createProvider({
    issuer: idp.issuer,
    clientId: 'web-bff',
    clientSecret: 'web-bff-secret',
    publicUrl: 'http://127.0.0.1:3000',
    scope: 'openid',
    rolesClaim: 'roles',
    timeout: 200,
    coolDown: 0,
  });
  sessions = createSessions({
    store: new MemorySessionStore(),
    cipher: new SessionCipher([randomBytes(32).toString('base64url')]),
  });
  tokens = new UpstreamTokens({ provider, sessions });
});
afterEach(async () => {
  await sessions.close();
  await idp.close();
});

const take = async (source: TokenSource, token: Exclude<UpstreamToken, 'none'>): Promise<string> =>
  source.tokenFor(token, testContext());

const failureOf = (taken: Promise<string>): Promise<BffError> =>
  taken.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: BffError) => error,
  );

const claimsOf = (authorization: string) => decodeJwt(authorization.slice('Bearer '.length));

/** A session whose access token the provider gives so many seconds. */
async function sessionFor(life: number, without: Partial<Session['tokens']> = {}): Promise<Session> {
  idp.settings.accessTokenLife = life;
  const login = await logIn(provider);
  idp.settings.accessTokenLife = 300;
  const { session } = await sessions.begin({ ...login, tokens: { ...login.tokens, ...without }, device: DEVICE });
  return session;
}

describe('a request with a session', () => {
  it('sends its access token, without a wait', async () => {
    const session = await sessionFor(300);
    const before = idp.calls.token;
    expect(tokens.ofSession(session).tokenFor('user', testContext())).toBe(`Bearer ${session.tokens.accessToken}`);
    expect(idp.calls.token).toBe(before);
  });

  it('case 63: refreshes a token that is about to end first, once for all who ask', async () => {
    const session = await sessionFor(2);
    const before = idp.calls.token;
    const source = tokens.ofSession(session);
    const others = Array.from({ length: 10 }, () => tokens.ofSession(session));
    const taken = await Promise.all([source, source, ...others].map((one) => take(one, 'user')));
    expect(new Set(taken).size).toBe(1);
    expect(taken[0]).not.toBe(`Bearer ${session.tokens.accessToken}`);
    expect(idp.calls.token).toBe(before + 1);
    expect(source.tokenFor('user', testContext())).toBe(taken[0]);
  });

  it('sends what is still good when the provider is away, and fails when it is not', async () => {
    const [good, over] = [await sessionFor(2), await sessionFor(0)];
    idp.answer('token', reply({ status: 503 }));
    expect(await take(tokens.ofSession(good), 'user')).toBe(`Bearer ${good.tokens.accessToken}`);
    const error = await failureOf(take(tokens.ofSession(over), 'user'));
    expect(error.code).toBe('identity-provider-unavailable');
    expect(inspect(error, { depth: 10 })).not.toContain(over.tokens.accessToken);
    idp.answer('token', undefined);
    // Until a session's tokens may be asked for again.
    await pause(1_050);
    expect(await take(tokens.ofSession(over), 'user')).toMatch(/^Bearer /);
  });

  it('fails with session-ended, and where to log in, when its login is over', async () => {
    const session = await sessionFor(0);
    idp.endLogins('alice');
    const error = await failureOf(take(tokens.ofSession(session), 'user'));
    expect(error).toMatchObject({ code: 'session-ended', login: '/bff/login' });
  });

  it('sends its last token to the end when there is no refresh token', async () => {
    const session = await sessionFor(2, { refreshToken: undefined });
    expect(tokens.ofSession(session).tokenFor('user', testContext())).toBe(`Bearer ${session.tokens.accessToken}`);
  });

  it('exchanges the refreshed token, not the one that was about to end', async () => {
    const source = tokens.ofSession(await sessionFor(1));
    const exchanged = claimsOf(await take(source, EXCHANGE));
    expect(exchanged).toMatchObject({ sub: 'alice', aud: 'ordering' });
    expect(source.tokenFor(EXCHANGE, testContext())).toEqual(expect.any(String));
  });

  it('asks nobody when an exchanged token is refused: a refresh that nobody waits for would end the process if it failed', async () => {
    const source = tokens.ofSession(await sessionFor(4));
    const authorization = await take(source, EXCHANGE);
    const before = idp.calls.token;
    await pause(1_100);
    idp.endLogins('alice');
    source.refused!(EXCHANGE, authorization);
    await pause(100);
    expect(idp.calls.token).toBe(before);
  });
});

describe('a request with a bearer token', () => {
  function credential(about: Partial<BearerCredential> = {}): BearerCredential {
    return { accessToken: idp.accessToken('alice'), expiresAt: Date.now() + 300_000, ...about };
  }

  it('sends the token as it came', () => {
    const one = credential();
    expect(tokens.ofBearer(one).tokenFor('user', testContext())).toBe(`Bearer ${one.accessToken}`);
  });

  it('never sends one that is bound to the key of its client, but may exchange it', async () => {
    const source = tokens.ofBearer(credential({ isBound: true }));
    expect(await failureOf(take(source, 'user'))).toMatchObject({ code: 'forbidden' });
    expect(claimsOf(await take(source, EXCHANGE))).toMatchObject({ aud: 'ordering' });
  });

  it('exchanges it once, until it is refused', async () => {
    const one = credential();
    const first = await take(tokens.ofBearer(one), EXCHANGE);
    expect(tokens.ofBearer(one).tokenFor(EXCHANGE, testContext())).toBe(first);
    expect(idp.calls.token).toBe(1);
    expect(claimsOf(first)).toMatchObject({ sub: 'alice', aud: 'ordering', scope: 'ordering' });
  });

  it('fails with forbidden when the provider refuses the exchange, without asking at each call', async () => {
    Object.assign(idp.settings, { exchangeAudiences: [] });
    const one = credential();
    for (let call = 0; call < 10; call++) {
      const error = await failureOf(take(tokens.ofBearer(one), EXCHANGE));
      expect(error.code).toBe('forbidden');
      expect(inspect(error, { depth: 10 })).not.toContain(one.accessToken);
    }
    expect(idp.calls.token).toBe(1);
  });
});

describe("the BFF's own token", () => {
  it('is one for all requests, whoever makes them', async () => {
    const sources = [tokens.ofNobody, tokens.ofSession(await sessionFor(300)), tokens.ofNobody];
    const before = idp.calls.token;
    const taken = await Promise.all(sources.map((source) => take(source, CLIENT)));
    expect(new Set(taken).size).toBe(1);
    expect(claimsOf(taken[0]!)).toMatchObject({ sub: 'web-bff', aud: 'portico-api' });
    expect(idp.calls.token).toBe(before + 1);
  });

  it('is another for another audience or scope', async () => {
    const one = await take(tokens.ofNobody, CLIENT);
    expect(await take(tokens.ofNobody, { client: { audience: 'portico-api' } })).toBe(one);
    expect(await take(tokens.ofNobody, { client: { audience: 'ordering' } })).not.toBe(one);
    expect(await take(tokens.ofNobody, { client: { audience: 'portico-api', scope: 'read' } })).not.toBe(one);
  });

  it.each([
    ['is away', reply({ status: 500 })],
    ['hangs', hang()],
    ['talks nonsense', reply({ body: '<html>' })],
  ])('fails when the provider %s, and recovers by itself', async (_, behaviour) => {
    idp.answer('token', behaviour);
    expect(await failureOf(take(tokens.ofNobody, CLIENT))).toMatchObject({ code: 'identity-provider-unavailable' });
    idp.answer('token', undefined);
    await pause(1_100);
    expect(await take(tokens.ofNobody, CLIENT)).toMatch(/^Bearer /);
  });
});

it.each(['user', EXCHANGE] as const)('nobody has no token for %j', async (token) => {
  expect(await failureOf(take(tokens.ofNobody, token))).toMatchObject({ code: 'unauthenticated' });
  expect(idp.calls.token).toBe(0);
});
