import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { boundedFetch } from './bounded-fetch.ts';

/** Longest time in milliseconds for one question to the identity provider. */
const TIMEOUT = 2000;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/**
 * The keys that an issuer signs with, found through its discovery document (OpenID Connect Discovery 1.0). The issuer is asked when a
 * token is first checked, so a service starts without it; a failed question is asked anew for the next token. Key rotation is jose's:
 * an unknown key has the set fetched again, at most every 30 s.
 */
export class IssuerKeys {
  #keys: Promise<JWTVerifyGetKey> | undefined;

  /** @param issuer as in the claim `iss`, such as `http://127.0.0.1:4000` */
  constructor(private readonly issuer: string) {}

  /** Finds the key of a token, for `jwtVerify`. @throws Error when the issuer cannot be asked, errors of jose for keys it does not have */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = (this.#keys ??= this.#discover());
    return (await keys)(header, token);
  };

  async #discover(): Promise<JWTVerifyGetKey> {
    try {
      const response = await boundedFetch(`${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const metadata = metadataSchema.parse(await response.json());
      if (!response.ok || metadata.issuer !== this.issuer) throw new Error('The issuer describes another one.');
      return createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: TIMEOUT, [customFetch]: boundedFetch });
    } catch (error) {
      this.#keys = undefined;
      throw error;
    }
  }
}
