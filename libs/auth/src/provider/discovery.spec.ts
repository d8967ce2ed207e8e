import { FakeClock, type FakeIdentityProvider, hang, reply, reset, startFakeIdentityProvider } from '@portico/testing';
import { errorOf, logIn, providerOf } from '../../test/provider-fixture.ts';
import { createProvider } from './create-provider.ts';

let fake: FakeIdentityProvider;

let before: { discovery: number; keys: number };

beforeAll(async () => {
  fake = await startFakeIdentityProvider();
  fake.user = 'alice';
});
beforeEach(() => {
  fake.tamper = {};
  for (const endpoint of ['discovery', 'keys'] as const) fake.answer(endpoint, undefined);
  fake.delay('discovery', 0);
  before = { ...fake.calls };
});
afterAll(() => fake.close());

/** Calls of an endpoint in this test. */
const calls = (endpoint: 'discovery' | 'keys') => fake.calls[endpoint] - before[endpoint];

const wishes = { returnTo: '/' };

describe('discovery', () => {
  it('happens at first use, once however many ask at the same time', async () => {
    const provider = providerOf(fake);
    expect(calls('discovery')).toBe(0);
    fake.delay('discovery', 50);
    await Promise.all(Array.from({ length: 20 }, () => provider.beginLogin(wishes)));
    await provider.beginLogin(wishes);
    expect(calls('discovery')).toBe(1);
  });

  it.each([
    ['500', reply({ status: 500 })],
    ['a redirect', reply({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })],
    ['a page', reply({ body: '<html>' })],
    ['silence', hang()],
    ['a broken connection', reset()],
  ])('that meets %s is tried again after a pause, not before', async (_what, behaviour) => {
    const clock = new FakeClock();
    const provider = providerOf(fake, { clock, coolDown: 5_000, timeout: 1_500 });
    fake.answer('discovery', behaviour);
    const errors = await Promise.all(Array.from({ length: 5 }, () => errorOf(provider.beginLogin(wishes))));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['identity-provider-unavailable']));
    fake.answer('discovery', undefined);
    clock.advance(4_999);
    expect((await errorOf(provider.beginLogin(wishes))).code).toBe('identity-provider-unavailable');
    expect(calls('discovery')).toBe(1);
    clock.advance(1);
    await provider.beginLogin(wishes);
    expect(calls('discovery')).toBe(2);
  });

  const documents: ReadonlyArray<[string, (document: Record<string, unknown>) => Record<string, unknown>]> = [
    ['another issuer', (document) => ({ ...document, issuer: 'https://evil.example' })],
    ['the issuer with a slash more', (document) => ({ ...document, issuer: `${String(document.issuer)}/` })],
    ['no issuer', ({ issuer: _, ...rest }) => rest],
    ['no token endpoint', ({ token_endpoint: _, ...rest }) => rest],
    ['no keys', ({ jwks_uri: _, ...rest }) => rest],
    ['keys over http from elsewhere', (document) => ({ ...document, jwks_uri: 'http://10.0.0.1/keys' })],
    ['an endpoint that is no URL', (document) => ({ ...document, authorization_endpoint: '/authorize' })],
    ['a script as endpoint', (document) => ({ ...document, authorization_endpoint: 'javascript:alert(1)' })],
  ];
  it.each(documents)('takes no metadata with %s', async (_what, discovery) => {
    fake.tamper = { discovery };
    expect((await errorOf(providerOf(fake).beginLogin(wishes))).code).toBe('identity-provider-unavailable');
  });

  it('is repeated after some hours behind everybody’s back, and the old metadata serves meanwhile and after a failure', async () => {
    const clock = new FakeClock();
    const provider = providerOf(fake, { clock, metadataAge: 3_600_000, coolDown: 60_000 });
    await provider.beginLogin(wishes);
    clock.advance(3_600_000);
    fake.answer('discovery', reply({ status: 500, delay: 50 }));
    await Promise.all([provider.beginLogin(wishes), provider.beginLogin(wishes)]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await provider.beginLogin(wishes);
    expect(calls('discovery')).toBe(2);
    fake.answer('discovery', undefined);
    clock.advance(60_000);
    await provider.beginLogin(wishes);
    expect(calls('discovery')).toBe(3);
    clock.advance(60_000);
    await provider.beginLogin(wishes);
    expect(calls('discovery')).toBe(3);
  });
});

describe('settings', () => {
  const base = {
    clientId: 'a',
    clientSecret: 'b',
    publicUrl: 'https://shop.example',
    scope: 'openid',
    rolesClaim: 'roles',
  };
  it.each([
    'http://id.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ftp://127.0.0.1',
    'id',
  ])('refuse the issuer %s', (issuer) => {
    expect(() => createProvider({ ...base, issuer })).toThrow('OIDC_ISSUER');
  });

  it.each(['https://id.example/realms/shop', 'http://127.0.0.1:4000', 'http://[::1]:4000', 'http://localhost:4000'])(
    'take the issuer %s',
    (issuer) => {
      expect(createProvider({ ...base, issuer }).issuer).toBe(issuer);
    },
  );

  it('refuse a public URL with a path, and a client without proof or with two', () => {
    const issuer = 'https://id.example';
    expect(() => createProvider({ ...base, issuer, publicUrl: 'https://shop.example/' })).toThrow('PUBLIC_URL');
    expect(() => createProvider({ ...base, issuer, clientSecret: undefined })).toThrow('OIDC_CLIENT_SECRET');
    expect(() => createProvider({ ...base, issuer, clientKey: 'x' })).toThrow('OIDC_CLIENT_SECRET');
  });
});

describe('case 58: keys that change', () => {
  it('the next login works after a rotation, with one more look at the keys', async () => {
    const clock = new FakeClock();
    const provider = providerOf(fake, { clock, coolDown: 5_000 });
    await logIn(provider);
    await logIn(provider);
    expect(calls('keys')).toBe(1);
    clock.advance(5_000);
    for (const alg of ['ES256', 'PS256', 'EdDSA'] as const) {
      fake.rotateKeys({ alg });
      clock.advance(5_000);
      await logIn(provider);
    }
    expect(calls('keys')).toBe(4);
  });

  it('a flood of unknown keys does not hammer the provider', async () => {
    const clock = new FakeClock();
    const provider = providerOf(fake, { clock, coolDown: 5_000 });
    await logIn(provider);
    const unknown = Array.from({ length: 50 }, (_, number) =>
      fake.mint({ claims: {}, header: { kid: `unknown-${number}`, typ: 'logout+jwt' } }),
    );
    clock.advance(5_000);
    for (const token of unknown) expect((await errorOf(provider.checkLogoutToken(token))).code).toBe('token-invalid');
    expect(calls('keys')).toBe(2);
  });

  it('says that the provider is not available when the keys cannot be had', async () => {
    const provider = providerOf(fake, { timeout: 1_500 });
    fake.answer('keys', hang());
    expect((await errorOf(logIn(provider))).code).toBe('identity-provider-unavailable');
  });
});
