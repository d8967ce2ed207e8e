import { createPrivateKey } from 'node:crypto';
import { importPKCS8 } from 'jose';
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, modifyAssertion, PrivateKeyJwt } from 'openid-client';
import type { ProviderSettings } from './provider-settings.ts';

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** Of an RSA key (RFC 7518 3.3). */
const LEAST_BITS = 2048;

/**
 * How the BFF proves to the provider which client it is: `private_key_jwt` when it has a key, else its secret, in the header
 * (which every provider must take, RFC 6749 2.3.1) unless the metadata lists the body only.
 *
 * @throws TypeError when there is no signature algorithm for the key
 */
export async function clientAuthentication(settings: ProviderSettings): Promise<ClientAuth> {
  if (settings.clientKey !== undefined) {
    const algorithm = algorithmOf(settings.clientKey);
    const key = await importPKCS8(settings.clientKey, algorithm);
    // openid-client writes `Ed25519` (RFC 9864), which few providers know.
    return PrivateKeyJwt(key, { [modifyAssertion]: (header) => void (header.alg = algorithm) });
  }
  const basic = ClientSecretBasic(settings.clientSecret);
  const post = ClientSecretPost(settings.clientSecret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const takesBodyOnly = !methods.includes('client_secret_basic') && methods.includes('client_secret_post');
    (takesBodyOnly ? post : basic)(server, client, body, headers);
  };
}

/**
 * The signature algorithm for a private key.
 *
 * @param pem PKCS8
 * @throws Error when it is no key
 * @throws TypeError when there is no algorithm for it
 */
export function algorithmOf(pem: string): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem);
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= LEAST_BITS) return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const algorithm = CURVES[details?.namedCurve ?? ''];
  if (algorithm === undefined)
    throw new TypeError('OIDC_CLIENT_KEY must be an RSA key of 2048 bits or more, an EC or an Ed25519 key');
  return algorithm;
}
