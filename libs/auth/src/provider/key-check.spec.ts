import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { base64url, SignJWT } from 'jose';
import { checkToken } from './key-check.ts';

type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });
const ed25519 = generateKeyPairSync('ed25519');

/** RFC 7518 3.1 without the shared secrets and `none`, RFC 8037 and RFC 9864. */
const TAKEN: Readonly<Record<string, KeyPair>> = {
  ...{ RS256: rsa, RS384: rsa, RS512: rsa, PS256: rsa, PS384: rsa, PS512: rsa },
  ...{ ES256: ec('P-256'), ES384: ec('P-384'), ES512: ec('P-521'), EdDSA: ed25519, Ed25519: ed25519 },
};

const check = (token: string, key: KeyObject) => checkToken(token, () => Promise.resolve(key), {});
const signed = (alg: string, key: KeyObject): Promise<string> =>
  new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg, typ: 'application/Logout+JWT' }).sign(key);

describe('the signature of a token of the provider', () => {
  it.each(Object.entries(TAKEN))('may be %s', async (alg, { privateKey, publicKey }) => {
    const { payload, type } = await check(await signed(alg, privateKey), publicKey);
    expect([payload.sub, type]).toEqual(['alice', 'logout+jwt']);
  });

  it.each(['HS256', 'HS384', 'HS512'])('is never %s, which a public key could have made', async (alg) => {
    const secret = createSecretKey(Buffer.alloc(64, 7));
    await expect(check(await signed(alg, secret), secret)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('is never missing', async () => {
    const part = (value: object): string => base64url.encode(JSON.stringify(value));
    const token = `${part({ alg: 'none' })}.${part({ sub: 'alice' })}.`;
    await expect(check(token, rsa.publicKey)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('is never that of another key', async () => {
    const token = await signed('ES256', ec('P-256').privateKey);
    await expect(check(token, TAKEN.ES256!.publicKey)).rejects.toMatchObject({ code: 'token-invalid' });
  });
});
