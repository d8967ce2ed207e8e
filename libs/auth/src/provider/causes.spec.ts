import { BffError } from '@portico/core';
import {
  FakeClock,
  type FakeIdentityProvider,
  generateSigningKey,
  hang,
  reply,
  startFakeIdentityProvider,
} from '@portico/testing';
import { allOf, errorOf, logIn, providerOf, sessionOf, visit } from '../../test/provider-fixture.ts';
import type { Session } from '../session/session.ts';
import type { Provider } from './provider.ts';
import { logReplacedFailures, tellReplaced } from './replaced-failure.ts';

let fake: FakeIdentityProvider;
let provider: Provider;
let session: Session;

beforeAll(async () => {
  fake = await startFakeIdentityProvider();
});
beforeEach(async () => {
  fake.tamper = {};
  fake.user = 'alice';
  for (const endpoint of ['token', 'keys', 'userInfo', 'introspection', 'par', 'revocation'] as const)
    fake.answer(endpoint, undefined);
  provider = providerOf(fake, { timeout: 2_000 });
  session = sessionOf(await logIn(provider));
});
afterAll(() => fake.close());

/** What the log is told of a failure: the messages from the outside in. */
function causeOf(error: BffError): string {
  const { cause } = error;
  const said: string[] = [];
  for (let under: unknown = cause; under instanceof Error; under = under.cause) {
    if (!(under instanceof BffError)) said.push(under.message);
  }
  return said.join(': ');
}

const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await errorOf(work);
  const { accessToken, refreshToken, idToken } = session.tokens;
  for (const secret of [accessToken, refreshToken!, idToken, 'web-bff-secret', 'wrong-secret']) {
    expect(allOf(error)).not.toContain(secret);
  }
  return `${error.code} ${causeOf(error)}`;
};

const forged = () => ({ ...generateSigningKey(), kid: fake.signingKey.kid });

describe('the cause of a failure, for the log', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a wrong client secret at the beginning of a login',
      () => providerOf(fake, { clientSecret: 'wrong-secret' }).beginLogin({ returnTo: '/' }),
      /^identity-provider-unavailable authorization request: .*status 401, invalid_client/,
    ],
    [
      'a wrong client secret at a refresh',
      () => providerOf(fake, { clientSecret: 'wrong-secret' }).refresh(session),
      /^identity-provider-unavailable refresh: .*status 401, invalid_client/,
    ],
    [
      'an issuer with a slash too many',
      () => providerOf(fake, { issuer: `${fake.issuer}/` }).beginLogin({ returnTo: '/' }),
      /^identity-provider-unavailable metadata: .*issuer/,
    ],
    [
      'a host that cannot be resolved',
      () => providerOf(fake, { issuer: 'https://id.invalid' }).beginLogin({ returnTo: '/' }),
      /^identity-provider-unavailable metadata: .*(ENOTFOUND|EAI_AGAIN)/,
    ],
    [
      'a forged ID token',
      () => ((fake.tamper = { idTokenKey: forged() }), logIn(provider)),
      /^login-failed ID token: token-invalid: signature verification failed/,
    ],
    [
      'an ID token for another client',
      () => ((fake.tamper = { idTokenClaims: (claims) => ({ ...claims, aud: 'other' }) }), logIn(provider)),
      /^login-failed redeeming the code: .*aud/,
    ],
    [
      'a code that was used',
      async () => {
        const { url, attempt } = await provider.beginLogin({ returnTo: '/' });
        const callback = await visit(url);
        await provider.completeLogin(callback, attempt);
        return provider.completeLogin(callback, attempt);
      },
      /^login-failed redeeming the code: .*status 400, invalid_grant/,
    ],
    [
      'a refresh token that was revoked',
      async () => (await provider.revoke(session), provider.refresh(session)),
      /^session-ended refresh: .*invalid_grant/,
    ],
    [
      'a refresh of another user',
      () => ((fake.tamper = { idTokenClaims: (claims) => ({ ...claims, sub: 'mallory' }) }), provider.refresh(session)),
      /^session-ended .*another/,
    ],
    [
      'a token endpoint that fails',
      () => (fake.answer('token', reply({ status: 502, body: session.tokens.accessToken })), provider.refresh(session)),
      /^identity-provider-unavailable refresh: .*status 502/,
    ],
    [
      'a token endpoint that is silent',
      () => (fake.answer('token', hang()), provider.refresh(session)),
      /^identity-provider-unavailable refresh: .*(timeout|timed out|aborted)/i,
    ],
    [
      'an introspection that fails',
      () => (fake.answer('introspection', reply({ status: 500 })), provider.introspect(session.tokens.accessToken)),
      /^identity-provider-unavailable introspection: .*status 500/,
    ],
    [
      'keys that cannot be had',
      () => (fake.answer('keys', reply({ status: 404 })), providerOf(fake).checkLogoutToken(fake.logoutToken('alice'))),
      /^identity-provider-unavailable keys: its keys were answered with 404/,
    ],
    [
      'a token for the BFF',
      () => (fake.answer('token', reply({ status: 500 })), provider.clientToken({})),
      /^identity-provider-unavailable token for the BFF: .*status 500/,
    ],
  ])('names stage and reason of %s, and no secret', async (_what, work, expected) => {
    expect(await failure(work())).toMatch(expected);
  });

  it('is told of a UserInfo endpoint that fails, and of keys that were not asked for again', async () => {
    fake.tamper = { tokenAnswer: ({ id_token: _, ...rest }) => rest };
    fake.answer('userInfo', reply({ status: 500 }));
    expect(causeOf((await provider.refresh(session)).failure!)).toMatch(/^UserInfo: .*status 500/);
    fake.answer('keys', reply({ status: 500 }));
    const other = providerOf(fake);
    for (let i = 0; i < 2; i++) {
      expect(await failure(other.checkLogoutToken(fake.logoutToken('alice')))).toMatch(/keys: .* 500/);
    }
  });
});

describe('failures that something else took the place of', () => {
  it('leave one line each in ten seconds, without secrets, in a bounded memory', async () => {
    const clock = new FakeClock();
    const warn = jest.fn();
    const end = logReplacedFailures({ warn }, clock);
    fake.answer('revocation', reply({ status: 500 }));
    for (let i = 0; i < 3; i++) await provider.revoke(session);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^the refresh token of a session that ended was not revoked: revocation: .*status 500/)],
    ]);
    expect(String(warn.mock.calls)).not.toContain(session.tokens.refreshToken);
    clock.advance(10_000);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/ \(and 1 more since the last line\)$/));
    tellReplaced(
      'a fresh token',
      new BffError('identity-provider-unavailable', { cause: new Error('refresh: reset') }),
    );
    expect(warn).toHaveBeenLastCalledWith('a fresh token: identity-provider-unavailable: refresh: reset');
    end();
    await provider.revoke(session);
    expect(warn).toHaveBeenCalledTimes(3);
  });
});
