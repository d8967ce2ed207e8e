import { createPublicKey, randomUUID } from 'node:crypto';
import { type FakeIdentityProvider, generateSigningKey, reply, startFakeIdentityProvider } from '@portico/testing';
import { allOf, errorOf, providerOf } from '../../test/provider-fixture.ts';
import type { Provider } from './provider.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const now = () => Math.floor(Date.now() / 1000);

let fake: FakeIdentityProvider;
let provider: Provider;

beforeAll(async () => {
  fake = await startFakeIdentityProvider();
  provider = providerOf(fake);
});
afterAll(() => fake.close());

/** A logout token with other claims and header than usual. */
function minted(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): string {
  const usual = { iss: fake.issuer, aud: 'web-bff', iat: now(), exp: now() + 120, jti: randomUUID() };
  return fake.mint({
    claims: { ...usual, sub: 'alice', sid: 's1', events: { [EVENT]: {} }, ...claims },
    header: { typ: 'logout+jwt', ...header },
  });
}

describe('case 67: a logout token', () => {
  it.each([
    ['as the provider makes it', {}, {}],
    ['without typ', {}, { typ: undefined }],
    ['with the long form of typ', {}, { typ: 'application/logout+jwt' }],
    ['with typ in capitals', {}, { typ: 'Logout+JWT' }],
    ['with an audience list', { aud: ['other', 'web-bff'] }, {}],
    ['with sub only', { sid: undefined }, {}],
    ['with sid only', { sub: undefined }, {}],
    ['with something in the event', { events: { [EVENT]: { a: 1 }, other: {} } }, {}],
  ])('is taken %s', async (_what, claims, header) => {
    const notice = await provider.checkLogoutToken(minted({ jti: 'j1', ...claims }, header));
    expect(notice).toMatchObject({ issuer: fake.issuer, jti: 'j1' });
    expect([notice.subject, notice.sid]).toEqual([
      'sub' in claims ? undefined : 'alice',
      'sid' in claims ? undefined : 's1',
    ]);
  });

  it('need be remembered until it ends, for an hour at most', async () => {
    const usual = await provider.checkLogoutToken(minted());
    expect(usual.expiresAt).toBeGreaterThan(Date.now() + 110_000);
    expect(usual.expiresAt).toBeLessThan(Date.now() + 130_000);
    const long = await provider.checkLogoutToken(minted({ exp: now() + 1_000_000 }));
    expect(long.expiresAt).toBeLessThan(Date.now() + 3_700_000);
  });

  const refused: ReadonlyArray<[string, Record<string, unknown>, Record<string, unknown>]> = [
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['another audience', { aud: 'admin-bff' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['a nonce', { nonce: 'n' }, {}],
    ['an empty nonce', { nonce: '' }, {}],
    ['a nonce that is null', { nonce: null }, {}],
    ['an end in the past', { exp: now() - 60 }, {}],
    ['no end', { exp: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['an iat of yesterday', { iat: now() - 86_400, exp: now() + 60 }, {}],
    ['an iat in the future', { iat: now() + 600, exp: now() + 700 }, {}],
    ['no jti', { jti: undefined }, {}],
    ['an empty jti', { jti: '' }, {}],
    ['a jti that is a number', { jti: 7 }, {}],
    ['neither sub nor sid', { sub: undefined, sid: undefined }, {}],
    ['an empty sub', { sub: '', sid: undefined }, {}],
    ['a sub that is no text', { sub: { a: 1 } }, {}],
    ['a sid that is a list', { sid: ['s1', 's2'] }, {}],
    ['no events', { events: undefined }, {}],
    ['another event', { events: { 'http://schemas.openid.net/event/other': {} } }, {}],
    ['events as a list', { events: [EVENT] }, {}],
    ['events as a text', { events: EVENT }, {}],
    ['an event that is no object', { events: { [EVENT]: true } }, {}],
    ['the event inherited', { events: { constructor: {} } }, {}],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
    ['the type of any token', {}, { typ: 'JWT' }],
    ['an unknown critical header', {}, { crit: ['x'], x: 1 }],
    ['an unknown kid', {}, { kid: 'unknown' }],
  ];
  it.each(refused)('is refused with %s', async (_what, claims, header) => {
    const token = minted(claims, header);
    const error = await errorOf(provider.checkLogoutToken(token));
    expect(error.code).toBe('token-invalid');
    expect(allOf(error)).not.toContain(token.slice(-20));
  });

  it('is refused without a right signature: none, HS256, another key', async () => {
    const claims = {
      iss: fake.issuer,
      aud: 'web-bff',
      iat: now(),
      exp: now() + 60,
      jti: 'j',
      sub: 'alice',
      events: { [EVENT]: {} },
    };
    const pem = createPublicKey(fake.signingKey.key as never).export({ type: 'spki', format: 'pem' });
    const { kid } = fake.signingKey;
    for (const key of [
      'none' as const,
      { kid, alg: 'HS256' as const, key: Buffer.from(pem) },
      { kid, alg: 'HS256' as const, key: Buffer.from('web-bff-secret') },
      { ...generateSigningKey(), kid },
    ]) {
      const error = await errorOf(provider.checkLogoutToken(fake.mint({ claims, key, header: { typ: 'logout+jwt' } })));
      expect(error.code).toBe('token-invalid');
    }
  });

  it('is no ID token and no access token, and these are none', async () => {
    expect((await errorOf(provider.checkLogoutToken(fake.idToken('alice')))).code).toBe('token-invalid');
    expect((await errorOf(provider.checkLogoutToken(fake.accessToken('alice', { aud: 'web-bff' })))).code).toBe(
      'token-invalid',
    );
    expect((await errorOf(provider.checkLogoutToken(''))).code).toBe('token-invalid');
    expect((await errorOf(provider.checkLogoutToken('a.b.c'))).code).toBe('token-invalid');
  });

  it('cannot be judged without the keys', async () => {
    const other = providerOf(fake);
    fake.answer('keys', reply({ status: 500 }));
    expect((await errorOf(other.checkLogoutToken(minted()))).code).toBe('identity-provider-unavailable');
    fake.answer('keys', undefined);
  });
});
