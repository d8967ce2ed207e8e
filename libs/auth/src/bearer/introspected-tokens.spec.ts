import { FakeClock, type FakeIdentityProvider, generateSigningKey, startFakeIdentityProvider } from '@portico/testing';
import { BffError } from '@portico/core';
import { KeySet } from '../provider/key-set.ts';
import type { Introspection } from '../provider/provider.ts';
import { type BearerOptions, BearerVerifier } from './bearer-verifier.ts';

const clock = new FakeClock();
const key = generateSigningKey();
let idp: FakeIdentityProvider;
beforeEach(async () => (idp = await startFakeIdentityProvider({ clock, key })));
afterEach(() => idp.close());

const now = () => Math.floor(clock.epoch() / 1000);
const active = (changes: Record<string, unknown> = {}) => ({
  active: true,
  token_type: 'Bearer',
  sub: 'alice',
  aud: 'portico-api',
  client_id: 'mobile-app',
  scope: 'openid',
  roles: ['customer'],
  exp: now() + 300,
  ...changes,
});
const newVerifier = (introspect: (token: string) => Promise<Introspection>, options: Partial<BearerOptions> = {}) =>
  new BearerVerifier({
    realm: 'mobile-bff',
    publicUrl: 'https://shop.test',
    issuer: idp.issuer,
    audience: 'portico-api',
    rolesClaim: 'roles',
    clockSkew: 5,
    tokenFormat: 'opaque',
    dpop: 'off',
    keys: new KeySet({ url: () => Promise.resolve(new URL(`${idp.issuer}/keys`)), clock }),
    provider: { introspect },
    clock,
    ...options,
  });
const showing = (token: string) => ({ method: 'GET', url: '/', rawHeaders: ['Authorization', `Bearer ${token}`] });

describe('tokens that are introspected (RFC 7662)', () => {
  it('make the same principal, and are known for 30 seconds', async () => {
    const introspect = jest.fn(() => Promise.resolve(active()));
    const verifier = newVerifier(introspect);
    const { principal, expiresAt } = await verifier.verify(showing('opaque'), []);
    expect(principal).toMatchObject({ id: `${idp.issuer} alice`, door: 'bearer', roles: new Set(['customer']) });
    expect(principal.claims).not.toHaveProperty('active');
    expect(expiresAt).toBe((now() + 300) * 1000);
    clock.advance(29_999);
    expect(verifier.recall(showing('opaque'))).toMatchObject({ accessToken: 'opaque' });
    clock.advance(1);
    expect(verifier.recall(showing('opaque'))).toBe('unknown');
    expect(introspect.mock.calls).toEqual([['opaque']]);
  });

  it.each([21, 3_000])(
    'are refused, and nothing breaks, when what is said of them is %s levels deep',
    async (levels) => {
      let deep: unknown = 'x';
      for (let level = 0; level < levels; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
      const verifier = newVerifier(() => Promise.resolve(active({ deep })));
      await expect(verifier.verify(showing('opaque'), [])).rejects.toMatchObject({ code: 'token-invalid' });
      const modest = newVerifier(() => Promise.resolve(active({ address: { lines: [{ a: { b: ['c'] } }] } })));
      expect((await modest.verify(showing('opaque'), [])).principal.subject).toBe('alice');
    },
  );

  it('find a place at the provider when they were good before, however many made-up ones are asked about', async () => {
    const introspect = (token: string) =>
      token === 'of-a-user' ? Promise.resolve(active({ exp: undefined })) : new Promise<never>(() => undefined);
    const verifier = newVerifier(introspect);
    await verifier.verify(showing('of-a-user'), []);
    clock.advance(31_000);
    for (let i = 0; i < 150; i++) verifier.verify(showing(`made-up-${i}`), [], `10.0.0.${i}`).catch(() => undefined);
    await expect(verifier.verify(showing('one-more'), [], '10.0.1.1')).rejects.toMatchObject({
      code: 'too-many-requests',
      headers: { 'retry-after': '1' },
    });
    expect((await verifier.verify(showing('of-a-user'), [])).principal.subject).toBe('alice');
  });

  it('are known until they expire when that is sooner, and without exp for 30 seconds', async () => {
    const verifier = newVerifier((token) =>
      Promise.resolve(active({ exp: token === 'short' ? now() + 3 : undefined })),
    );
    await verifier.verify(showing('short'), []);
    const { expiresAt } = await verifier.verify(showing('endless'), []);
    expect(expiresAt).toBe(clock.epoch() + 30_000);
    clock.advance(8_000);
    expect(verifier.recall(showing('short'))).toBe('unknown');
    expect(verifier.recall(showing('endless'))).toMatchObject({ accessToken: 'endless' });
  });

  it.each<[string, Record<string, unknown> | undefined]>([
    ['is not active', undefined],
    ['is for another audience', { aud: ['ordering'] }],
    ['is for no audience that is named', { aud: undefined }],
    ['is of another issuer', { iss: 'https://evil.example' }],
    ['has expired', { exp: 1 }],
    ['expires at a text', { exp: 'soon' }],
    ['is from the future', { nbf: 9e9 }],
    ['was issued in the future', { iat: 9e9 }],
    ['has no subject', { sub: undefined }],
    ['is a refresh token', { token_type: undefined }],
    ['is a refresh token that says so', { token_type: 'refresh_token' }],
    ['is bound to a key', { cnf: { jkt: 'x' } }],
    ['is bound to a certificate', { cnf: { 'x5t#S256': 'x' } }],
  ])('case 71: are refused when the provider says that it %s', async (_what, changes) => {
    const verifier = newVerifier(() => Promise.resolve(changes && active(changes)));
    await expect(verifier.verify(showing('opaque'), [])).rejects.toMatchObject({
      code: 'token-invalid',
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') as string },
    });
  });

  it('are asked about once while they are bad', async () => {
    const introspect = jest.fn(() => Promise.resolve(undefined));
    const verifier = newVerifier(introspect);
    await expect(verifier.verify(showing('bad'), [])).rejects.toMatchObject({ code: 'token-invalid' });
    await expect(verifier.verify(showing('bad'), [])).rejects.toMatchObject({ code: 'token-invalid' });
    expect(() => verifier.recall(showing('bad'))).toThrow('not active');
    expect(introspect).toHaveBeenCalledTimes(1);
  });

  it('are neither good nor bad while the provider is away', async () => {
    const introspect = jest.fn(() => Promise.resolve(active()));
    introspect.mockRejectedValueOnce(new BffError('identity-provider-unavailable'));
    const verifier = newVerifier(introspect);
    await expect(verifier.verify(showing('opaque'), [])).rejects.toMatchObject({
      code: 'identity-provider-unavailable',
    });
    expect((await verifier.verify(showing('opaque'), [])).principal.subject).toBe('alice');
  });

  it('are asked about 100 at a time at most: a flood of them reaches neither the provider nor the sockets of this process', async () => {
    const answers: Array<() => void> = [];
    const introspect = jest.fn(() => new Promise<Introspection>((resolve) => answers.push(() => resolve(active()))));
    const verifier = newVerifier(introspect);
    const asked = Array.from({ length: 100 }, (_, i) => verifier.verify(showing(`opaque-${i}`), [], `10.0.0.${i}`));
    await expect(verifier.verify(showing('one-more'), [])).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(introspect).toHaveBeenCalledTimes(100);
    for (const answer of answers.splice(0)) answer();
    await Promise.all(asked);
    const again = verifier.verify(showing('one-more'), []);
    answers[0]!();
    expect((await again).principal.subject).toBe('alice');
  });

  it('are asked about 25 at a time of one network, while others find room', async () => {
    const answers: Array<() => void> = [];
    const introspect = jest.fn(() => new Promise<Introspection>((resolve) => answers.push(() => resolve(active()))));
    const verifier = newVerifier(introspect);
    const asked = Array.from({ length: 25 }, (_, i) => verifier.verify(showing(`opaque-${i}`), [], `2001:db8::${i}`));
    await expect(verifier.verify(showing('one-more'), [], '2001:db8::ffff')).rejects.toMatchObject({
      code: 'too-many-requests',
      headers: { 'retry-after': '1' },
    });
    asked.push(verifier.verify(showing('of-another'), [], '2001:db8:0:1::1'));
    expect(introspect).toHaveBeenCalledTimes(26);
    for (const answer of answers.splice(0)) answer();
    await Promise.all(asked);
    const again = verifier.verify(showing('one-more'), [], '2001:db8::ffff');
    answers[0]!();
    expect((await again).principal.subject).toBe('alice');
  });

  it('may stand beside JWTs: what has the form of one is never asked about', async () => {
    const introspect = jest.fn(() => Promise.resolve(active({ sub: 'bob' })));
    const verifier = newVerifier(introspect, { tokenFormat: 'both' });
    expect((await verifier.verify(showing(idp.accessToken('alice')), [])).principal.subject).toBe('alice');
    await expect(verifier.verify(showing('e30.e30.e30'), [])).rejects.toMatchObject({ code: 'token-invalid' });
    expect(introspect).not.toHaveBeenCalled();
    expect((await verifier.verify(showing('opaque'), [])).principal.subject).toBe('bob');
  });
});
