import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';

/** Ways of signing that the fake identity provider knows. */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'HS256';

/** A key that tokens are signed with. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /** A private key; for HS256 the secret. */
  readonly key: KeyObject | Uint8Array;
}

/** What a token is made of. */
export interface TokenToMint {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Added to `alg`, `kid` and `typ: JWT`; undefined takes a parameter away. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Default the provider's current key; `none` leaves the token unsigned, with `alg: none`. */
  readonly key?: SigningKey | 'none';
}

/** Makes a key pair with a `kid` of its own. */
export function generateSigningKey(alg: Exclude<SigningAlgorithm, 'HS256'> = 'RS256'): SigningKey {
  return { kid: randomUUID(), alg, key: keyPair(alg) };
}

function keyPair(alg: SigningAlgorithm): KeyObject {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** The public half of a key, as a key set has it. */
export function publicJwk({ kid, alg, key }: SigningKey): JsonWebKey & { kid: string } {
  return { ...createPublicKey(key as KeyObject).export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

/** A JWT in compact form (RFC 7519), with any header and claims, sensible or not. */
export function mintToken({ claims, header = {}, key = 'none' }: TokenToMint): string {
  const basic = key === 'none' ? { alg: 'none' } : { alg: key.alg, kid: key.kid };
  const input = `${encode({ ...basic, typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${input}.${key === 'none' ? '' : signatureOf(Buffer.from(input), key).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(input: Buffer, { alg, key }: SigningKey): Buffer {
  if (alg === 'HS256') return createHmac('sha256', key).update(input).digest();
  const privateKey = key as KeyObject;
  if (alg === 'EdDSA') return sign(null, input, privateKey);
  if (alg === 'ES256') return sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const padding = alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return sign('sha256', input, { key: privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}
