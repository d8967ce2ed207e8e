import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { algorithmOf } from './client-authentication.ts';

const pem = ({ privateKey }: { readonly privateKey: KeyObject }): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ofRsa = (modulusLength: number): string => algorithmOf(pem(generateKeyPairSync('rsa', { modulusLength })));
const ofCurve = (namedCurve: string): string => algorithmOf(pem(generateKeyPairSync('ec', { namedCurve })));

describe('the signature algorithm for a private key', () => {
  /** RFC 7518 3.3 and 3.4, RFC 8037 3.1. */
  it('is that of its kind and curve', () => {
    expect(ofRsa(2_048)).toBe('RS256');
    expect(['P-256', 'P-384', 'P-521'].map(ofCurve)).toEqual(['ES256', 'ES384', 'ES512']);
    expect(algorithmOf(pem(generateKeyPairSync('ed25519')))).toBe('EdDSA');
  });

  it('is there for no key that is weak or that no provider takes', () => {
    expect(() => ofRsa(2_040)).toThrow('2048 bits');
    expect(() => ofCurve('secp256k1')).toThrow('OIDC_CLIENT_KEY must be');
    expect(() => algorithmOf(pem(generateKeyPairSync('x25519')))).toThrow('OIDC_CLIENT_KEY must be');
    expect(() => algorithmOf('no key')).toThrow();
  });
});
