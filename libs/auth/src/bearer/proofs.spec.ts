import { createHash } from 'node:crypto';
import type { BffError } from '@portico/core';
import {
  FakeClock,
  type FakeIdentityProvider,
  generateSigningKey,
  mintToken,
  publicJwk,
  type SigningKey,
  startFakeIdentityProvider,
} from '@portico/testing';
import { calculateJwkThumbprint } from 'jose';
import { KeySet } from '../provider/key-set.ts';
import { type BearerOptions, BearerVerifier } from './bearer-verifier.ts';

const clock = new FakeClock();
const issuerKey = generateSigningKey();
const key = generateSigningKey('ES256');
const otherKey = generateSigningKey('ES256');
const nonceKey = Buffer.alloc(32, 7);
let provider: FakeIdentityProvider;
let verifier: BearerVerifier;
beforeEach(async () => {
  provider = await startFakeIdentityProvider({ clock, key: issuerKey });
  verifier = newVerifier();
});
afterEach(() => provider.close());

const newVerifier = (options: Partial<BearerOptions> = {}) =>
  new BearerVerifier({
    realm: 'mobile-bff',
    publicUrl: 'https://shop.test',
    issuer: provider.issuer,
    audience: 'portico-api',
    rolesClaim: 'roles',
    clockSkew: 5,
    tokenFormat: 'jwt',
    dpop: 'optional',
    keys: new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock }),
    provider: { introspect: () => Promise.reject(new Error('not asked')) },
    nonceKeys: [nonceKey],
    clock,
    ...options,
  });

const now = () => Math.floor(clock.epoch() / 1000);
const publicHalf = (signingKey: SigningKey) => {
  const { kty, crv, x, y, n, e } = publicJwk(signingKey);
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as object;
};
const boundToken = async (to = key) => {
  const jkt = await calculateJwkThumbprint(publicHalf(to));
  return provider.accessToken('alice', { cnf: { jkt } });
};
const ath = (token: string) => createHash('sha256').update(token).digest('base64url');
let count = 0;

interface ProofChanges {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: SigningKey | 'none';
}
const proofFor = (token: string, nonce: string | undefined, changes: ProofChanges = {}) =>
  mintToken({
    claims: {
      jti: `proof-${count++}`,
      htm: 'POST',
      htu: 'https://shop.test/orders/7',
      iat: now(),
      ath: ath(token),
      nonce,
      ...changes.claims,
    },
    header: { typ: 'dpop+jwt', kid: undefined, jwk: publicHalf(key), ...changes.header },
    key: changes.key ?? key,
  });
const showing = (token: string, proof?: string, scheme = 'DPoP') => ({
  method: 'POST',
  url: '/orders/7?page=2',
  rawHeaders: ['Authorization', `${scheme} ${token}`, ...(proof === undefined ? [] : ['DPoP', proof])],
});
interface Refusal {
  readonly code: string;
  readonly headers: Record<string, string>;
}
const refusalOf = (token: string, proof?: string, scheme?: string) =>
  verifier.verify(showing(token, proof, scheme), []).then(
    () => Promise.reject(new Error('it was accepted')),
    (error: Refusal) => error,
  );
const nonceNow = async () => {
  const token = await boundToken();
  return (await refusalOf(token, proofFor(token, undefined))).headers['dpop-nonce'] ?? '';
};

describe('DPoP (RFC 9449)', () => {
  it('asks for a nonce, then accepts a proof with it, and hands out the next', async () => {
    const token = await boundToken();
    const first = await refusalOf(token, proofFor(token, undefined));
    expect(first).toMatchObject({ code: 'token-invalid' });
    expect(first.headers['www-authenticate']).toMatch(
      /^Bearer realm="mobile-bff", DPoP realm="mobile-bff", algs="[^"]+", error="use_dpop_nonce"/,
    );
    const replyHeaders: string[] = [];
    const nonce = first.headers['dpop-nonce'];
    const verified = await verifier.verify(showing(token, proofFor(token, nonce)), replyHeaders);
    expect(verified).toMatchObject({ isBound: true, principal: { subject: 'alice' } });
    expect(replyHeaders).toEqual(['dpop-nonce', nonce]);
  });

  it('is never recalled without a proof', async () => {
    const token = await boundToken();
    const nonce = await nonceNow();
    await verifier.verify(showing(token, proofFor(token, nonce)), []);
    expect(verifier.recall(showing(token, proofFor(token, nonce)))).toBe('unknown');
    expect(await refusalOf(token)).toMatchObject({ code: 'token-invalid' });
  });

  it('accepts every form of key and of the same URL', async () => {
    const nonce = await nonceNow();
    for (const alg of ['EdDSA', 'PS256', 'RS256'] as const) {
      const own = generateSigningKey(alg);
      const token = await boundToken(own);
      const proof = proofFor(token, nonce, { key: own, header: { jwk: publicHalf(own) } });
      await verifier.verify(showing(token, proof), []);
    }
    const token = await boundToken();
    for (const htu of [
      'https://shop.test:443/orders/7',
      'HTTPS://SHOP.TEST/orders/7',
      'https://shop.test/orders/7?x=1#y',
    ]) {
      await verifier.verify(showing(token, proofFor(token, nonce, { claims: { htu } })), []);
    }
  });

  it.each<[string, () => ProofChanges]>([
    ['another type', () => ({ header: { typ: 'JWT' } })],
    ['no type', () => ({ header: { typ: undefined } })],
    ['no signature', () => ({ key: 'none' })],
    [
      'a symmetric key',
      () => {
        const secret = { kid: '', alg: 'HS256' as const, key: Buffer.alloc(32, 1) };
        return { key: secret, header: { jwk: { kty: 'oct', k: secret.key.toString('base64url') } } };
      },
    ],
    ['the private key in it', () => ({ header: { jwk: { ...publicHalf(key), d: 'AAAA' } } })],
    ['no key in it', () => ({ header: { jwk: undefined } })],
    ['a key that is not the one that signed', () => ({ key: otherKey })],
    [
      'an RSA key of 16384 bits',
      () => ({ header: { alg: 'RS256', jwk: { kty: 'RSA', n: 'A'.repeat(2731), e: 'AQAB' } } }),
    ],
    [
      'an RSA key with a huge exponent',
      () => ({ header: { alg: 'RS256', jwk: { kty: 'RSA', n: 'z'.repeat(342), e: 'z'.repeat(342) } } }),
    ],
    ['a critical extension', () => ({ header: { crit: ['x'], x: 1 } })],
    ['another method', () => ({ claims: { htm: 'GET' } })],
    ['the method in lower case', () => ({ claims: { htm: 'post' } })],
    ['another path', () => ({ claims: { htu: 'https://shop.test/orders/8' } })],
    ['another host', () => ({ claims: { htu: 'https://evil.test/orders/7' } })],
    ['another scheme', () => ({ claims: { htu: 'http://shop.test/orders/7' } })],
    ['a host in the path', () => ({ claims: { htu: 'https://evil.test/https://shop.test/orders/7' } })],
    ['no URL', () => ({ claims: { htu: undefined } })],
    ['another token', () => ({ claims: { ath: ath('other') } })],
    ['no token', () => ({ claims: { ath: undefined } })],
    ['an age of 66 seconds', () => ({ claims: { iat: now() - 66 } })],
    ['a time in the future', () => ({ claims: { iat: now() + 6 } })],
    ['no time', () => ({ claims: { iat: undefined } })],
    ['a time that is a text', () => ({ claims: { iat: String(now()) } })],
    ['no jti', () => ({ claims: { jti: undefined } })],
    ['a jti of 300 characters', () => ({ claims: { jti: 'x'.repeat(300) } })],
    ['5000 characters', () => ({ claims: { padding: 'x'.repeat(5000) } })],
  ])('refuses a proof with %s', async (_what, changes) => {
    const token = await boundToken();
    const refused = await refusalOf(token, proofFor(token, await nonceNow(), changes()));
    expect(refused.code).toBe('token-invalid');
    expect(refused.headers['www-authenticate']).toContain('error="invalid_dpop_proof"');
  });

  it.each(['', 'x', 7, null, 'a'.repeat(43)])('asks for a nonce again at %j', async (nonce) => {
    const token = await boundToken();
    const refused = await refusalOf(token, proofFor(token, undefined, { claims: { nonce } }));
    expect(refused.headers['www-authenticate']).toContain('error="use_dpop_nonce"');
  });

  it('accepts a nonce for two and a half to five minutes, of any replica with the same key', async () => {
    const token = await boundToken();
    const nonce = await nonceNow();
    clock.advance(30_000);
    await newVerifier().verify(showing(token, proofFor(token, nonce)), []);
    clock.advance(300_000);
    const late = await boundToken();
    const refused = await refusalOf(late, proofFor(late, nonce));
    expect(refused.headers['www-authenticate']).toContain('error="use_dpop_nonce"');
    expect(refused.headers['dpop-nonce']).not.toBe(nonce);
  });

  it('accepts the nonces of all its keys, so that replicas may change them one after the other', async () => {
    const next = Buffer.alloc(32, 8);
    const before = newVerifier({ nonceKeys: [nonceKey, next] });
    const after = newVerifier({ nonceKeys: [next, nonceKey] });
    const token = await boundToken();
    for (const [maker, taker] of [
      [before, after],
      [after, before],
    ] as const) {
      const { headers } = (await maker
        .verify(showing(token, proofFor(token, 'none')), [])
        .catch((error: unknown) => error)) as BffError;
      await taker.verify(showing(token, proofFor(token, headers!['dpop-nonce']!)), []);
    }
  });

  it('accepts a proof once, on all replicas that share the memory', async () => {
    const used = new Set<string>();
    const useOnce = jest.fn((identifier: string) => Promise.resolve(!used.has(identifier) && !!used.add(identifier)));
    const replicas = [newVerifier({ useOnce }), newVerifier({ useOnce })];
    const token = await boundToken();
    const proof = proofFor(token, await nonceNow());
    const outcomes = await Promise.allSettled(replicas.map((replica) => replica.verify(showing(token, proof), [])));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(useOnce).toHaveBeenCalledWith(expect.stringMatching(/^[\w-]{43}$/), 70_000);
  });

  it('accepts a proof once in one process', async () => {
    const token = await boundToken();
    const proof = proofFor(token, await nonceNow());
    await verifier.verify(showing(token, proof), []);
    const again = await refusalOf(token, proof);
    expect(again.headers['www-authenticate']).toContain('error_description="the proof was used before"');
  });

  it('refuses two proofs', async () => {
    const token = await boundToken();
    const nonce = await nonceNow();
    const request = showing(token, proofFor(token, nonce));
    request.rawHeaders.push('dpop', proofFor(token, nonce));
    await expect(verifier.verify(request, [])).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('refuses the proof of somebody else for a stolen token', async () => {
    const token = await boundToken();
    const proof = proofFor(token, await nonceNow(), { key: otherKey, header: { jwk: publicHalf(otherKey) } });
    expect((await refusalOf(token, proof)).headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('refuses a bound token as Bearer, with or without a proof, in every mode', async () => {
    const token = await boundToken();
    const nonce = await nonceNow();
    for (const dpop of ['off', 'optional', 'required'] as const) {
      verifier = newVerifier({ dpop });
      for (const proof of [undefined, proofFor(token, nonce)]) {
        expect((await refusalOf(token, proof, 'Bearer')).headers['www-authenticate']).toContain(
          'error="invalid_token"',
        );
      }
    }
  });

  it('refuses a token that is not bound as DPoP', async () => {
    const token = provider.accessToken('alice');
    expect((await refusalOf(token, proofFor(token, await nonceNow()))).headers['www-authenticate']).toContain(
      'DPoP realm="mobile-bff", algs="ES256 EdDSA PS256 RS256", error="invalid_token"',
    );
  });

  it('refuses tokens that are not bound when they must be', async () => {
    verifier = newVerifier({ dpop: 'required' });
    const refused = await refusalOf(provider.accessToken('alice'), undefined, 'Bearer');
    expect(refused.headers['www-authenticate']).toMatch(
      /^DPoP realm="mobile-bff", algs="[^"]+", error="invalid_token"/,
    );
  });

  it('takes both kinds when it is optional', async () => {
    const token = provider.accessToken('alice');
    expect(await verifier.verify(showing(token, undefined, 'Bearer'), [])).toMatchObject({ isBound: false });
  });
});
