import { systemClock } from '@portico/core';
import { type FakeIdentityProvider, startFakeIdentityProvider, testContext } from '@portico/testing';
import { logIn, providerOf, sessionOf } from '../../test/provider-fixture.ts';
import { compileAccess } from '../policy/compile-access.ts';

const SKEW = 120;

describe.each([
  ['ahead', 100],
  ['behind', -100],
])('a provider whose clock is %s by less than the configured skew', (_what, seconds) => {
  let fake: FakeIdentityProvider;
  beforeAll(async () => {
    const epoch = (): number => systemClock.epoch() + seconds * 1_000;
    const clock = { now: () => systemClock.now(), epoch, after: systemClock.after.bind(systemClock) };
    fake = await startFakeIdentityProvider({ clock });
    fake.user = 'alice';
    fake.settings.idTokenLife = 60;
  });
  afterAll(() => fake.close());

  it('logs users in, refreshes, steps up and tells of logouts', async () => {
    const provider = providerOf(fake, { clockSkew: SKEW });
    const login = await logIn(provider, { maxAge: 10, acr: ['2'] });
    expect((await provider.refresh(sessionOf(login))).principal.id).toBe(login.principal.id);
    expect((await provider.checkLogoutToken(fake.logoutToken('alice'))).subject).toBe('alice');
    expect(login.tokens.accessTokenExpiresAt).toBeGreaterThan(Date.now());
    const fresh = { maxAge: 10 };
    expect(compileAccess(fresh, SKEW)(login.principal, testContext())).toBeUndefined();
    expect(compileAccess(fresh)(login.principal, testContext())?.code).toBe('step-up-required');
  });
});
