import { type Clock, ConfigError } from '@portico/core';
import { isSecure } from './bounded-fetch.ts';

/** What a BFF must know of its OpenID provider, and the provider of it. */
export interface ProviderSettings {
  /** The issuer identifier, character by character as the provider writes it. https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Shared with the provider; or `clientKey`. */
  readonly clientSecret?: string | undefined;
  /** A private key (PKCS8 PEM; RSA, EC or Ed25519) for `private_key_jwt` (RFC 7523). */
  readonly clientKey?: string | undefined;
  /** Origin of the BFF as browsers see it; the redirect URI is made of it and of nothing else. */
  readonly publicUrl: string;
  /** What a login asks for; must have `openid`. */
  readonly scope: string;
  /** Claim that lists the roles; dots are steps into objects. */
  readonly rolesClaim: string;
  /** Seconds that the provider's clock may differ. Default 5. */
  readonly clockSkew?: number;
  /** Milliseconds that each request to the provider may take. Default 5000. */
  readonly timeout?: number;
  /** Milliseconds between two attempts to find a provider that does not answer, and between two looks for keys. Default 5000. */
  readonly coolDown?: number;
  /** Milliseconds after which the metadata is read again, while the old one stays in use. Default 6 hours. */
  readonly metadataAge?: number;
  readonly clock?: Clock;
}

/** Where the provider sends browsers back to, below the BFF's origin. */
export const CALLBACK_PATH = '/bff/callback';

/** @throws ConfigError when the provider could never be used with these settings */
export function checkProviderSettings({ issuer, clientSecret, clientKey, publicUrl }: ProviderSettings): void {
  const problems: string[] = [];
  if (!URL.canParse(issuer) || !isSecure(new URL(issuer)))
    problems.push('OIDC_ISSUER: must be an https URL; http is for providers on this machine');
  if (!URL.canParse(publicUrl) || new URL(publicUrl).origin !== publicUrl)
    problems.push('PUBLIC_URL: must be an origin, such as https://shop.example');
  if ((clientSecret === undefined) === (clientKey === undefined))
    problems.push('OIDC_CLIENT_SECRET: must be set, or OIDC_CLIENT_KEY instead of it');
  if (problems.length > 0) throw new ConfigError(problems);
}
