import {
  FakeClock,
  type FakeIdentityProvider,
  generateSigningKey,
  hang,
  reply,
  reset,
  startFakeIdentityProvider,
} from '@portico/testing';
import { jwtVerify } from 'jose';
import { KeySet, type KeySetOptions } from './key-set.ts';

const clock = new FakeClock();
const key = generateSigningKey();
let provider: FakeIdentityProvider;
beforeEach(async () => (provider = await startFakeIdentityProvider({ key })));
afterEach(() => provider.close());

const keySet = (options: Partial<KeySetOptions> = {}) =>
  new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock, ...options });
const subjectOf = async (keys: KeySet, token: string) => (await jwtVerify(token, keys.get)).payload.sub;
const UNKNOWN = { code: 'ERR_JWKS_NO_MATCHING_KEY' };
const UNAVAILABLE = { name: 'BffError', code: 'identity-provider-unavailable' };

describe('KeySet', () => {
  it('loads keys once for all that wait, and keeps them until they are old', async () => {
    const keys = keySet({ maxAge: 100_000 });
    const token = provider.accessToken('alice');
    const subjects = await Promise.all(Array.from({ length: 20 }, () => subjectOf(keys, token)));
    expect(new Set(subjects)).toEqual(new Set(['alice']));
    clock.advance(99_999);
    await subjectOf(keys, token);
    expect(provider.calls.keys).toBe(1);
    clock.advance(1);
    await subjectOf(keys, token);
    expect(provider.calls.keys).toBe(2);
  });

  it('case 58: takes a new key at once, and asks once per cool-down however many keys are unknown', async () => {
    const keys = keySet();
    await subjectOf(keys, provider.accessToken('alice'));
    clock.advance(30_000);
    provider.rotateKeys();
    expect(await subjectOf(keys, provider.accessToken('bob'))).toBe('bob');
    expect(provider.calls.keys).toBe(2);
    const flood = Array.from({ length: 50 }, (_, index) =>
      expect(subjectOf(keys, provider.mint({ claims: {}, header: { kid: `k${index}` } }))).rejects.toMatchObject(
        UNKNOWN,
      ),
    );
    await Promise.all(flood);
    expect(provider.calls.keys).toBe(2);
    clock.advance(30_000);
    await Promise.all(
      Array.from({ length: 50 }, () =>
        expect(subjectOf(keys, provider.mint({ claims: {}, header: { kid: 'other' } }))).rejects.toMatchObject(UNKNOWN),
      ),
    );
    expect(provider.calls.keys).toBe(3);
  });

  it('keeps accepting an old key while the key set has it, and no longer', async () => {
    const keys = keySet();
    const old = provider.accessToken('alice');
    provider.rotateKeys({ keepOld: true });
    expect(await subjectOf(keys, old)).toBe('alice');
    provider.rotateKeys();
    clock.advance(600_000);
    await expect(subjectOf(keys, old)).rejects.toMatchObject(UNKNOWN);
  });

  it.each([
    ['answers 500', reply({ status: 500 })],
    ['redirects', reply({ status: 302, headers: { location: '/elsewhere' } })],
    ['answers no JSON', reply({ body: '<html>' })],
    ['answers something else', reply({ json: { keys: 'none' } })],
    ['answers null', reply({ json: null })],
    ['answers without any key', reply({ json: { keys: [] } })],
    ['answers more than 256 KiB', reply({ json: { keys: [], padding: 'x'.repeat(300_000) } })],
    [
      'answers without end',
      reply({
        chunks: (function* () {
          for (;;) yield 'x'.repeat(65_536);
        })(),
      }),
    ],
    ['cuts the connection', reset()],
    ['does not answer', hang()],
  ])('is unavailable, and recovers, when the provider %s', async (_what, behaviour) => {
    const keys = keySet({ timeout: 200 });
    const token = provider.accessToken('alice');
    provider.answer('keys', behaviour);
    await expect(subjectOf(keys, token)).rejects.toMatchObject(UNAVAILABLE);
    await Promise.all(
      Array.from({ length: 20 }, () => expect(subjectOf(keys, token)).rejects.toMatchObject(UNAVAILABLE)),
    );
    expect(provider.calls.keys).toBe(1);
    provider.answer('keys', undefined);
    clock.advance(1000);
    expect(await subjectOf(keys, token)).toBe('alice');
  });

  it('is unavailable for an unknown key, not for a known one, while the provider is away', async () => {
    const keys = keySet();
    const known = provider.accessToken('alice');
    await subjectOf(keys, known);
    clock.advance(30_000);
    provider.answer('keys', reset());
    provider.rotateKeys();
    await expect(subjectOf(keys, provider.accessToken('bob'))).rejects.toMatchObject(UNAVAILABLE);
    expect(await subjectOf(keys, known)).toBe('alice');
  });

  it('is unavailable when discovery is', async () => {
    const keys = keySet({ url: () => Promise.reject(new Error('no discovery')) });
    await expect(subjectOf(keys, provider.accessToken('alice'))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('has no key but public ones for signatures', async () => {
    const token = provider.accessToken('alice');
    provider.tamper.keys = ({ keys }) => ({ keys: (keys as object[]).map((key) => ({ ...key, use: 'enc' })) });
    await expect(subjectOf(keySet(), token)).rejects.toMatchObject(UNKNOWN);
    const secret = { kid: 'secret', alg: 'HS256' as const, key: Buffer.alloc(32, 1) };
    provider.tamper.keys = () => ({
      keys: [{ kty: 'oct', kid: 'secret', alg: 'HS256', k: secret.key.toString('base64url') }],
    });
    await expect(subjectOf(keySet(), provider.mint({ claims: {}, key: secret }))).rejects.toMatchObject({
      code: 'ERR_JOSE_NOT_SUPPORTED',
    });
  });
});
