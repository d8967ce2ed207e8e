import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Account } from '../accounts/account.ts';

/** Name of the claim that says of which grant a token came; with the grant the token dies. */
export const GRANT_CLAIM = 'gid';

const payloadSchema = z.looseObject({
  sub: z.string(),
  client_id: z.string(),
  aud: z.string(),
  exp: z.number(),
  scope: z.string().optional(),
  [GRANT_CLAIM]: z.string().optional(),
  sid: z.string().optional(),
  acr: z.string().optional(),
  auth_time: z.number().optional(),
  cnf: z.unknown().optional(),
});

/** What stands in an access token of ours. */
export type OwnToken = z.output<typeof payloadSchema>;

/** Reads the access tokens that we issued. They are not stored: the signature says that they are ours, the grant that they still hold. */
export class OwnTokens {
  readonly #provider: Provider;
  readonly #keys: ReturnType<typeof createLocalJWKSet>;
  readonly #accounts: { active(id: string): Promise<Account | undefined> };

  constructor(
    provider: Provider,
    keys: readonly JWK[],
    accounts: { active(id: string): Promise<Account | undefined> },
  ) {
    this.#provider = provider;
    this.#keys = createLocalJWKSet({
      keys: keys.map(({ kty, kid, use, alg, n, e }) => ({ kty, kid, use, alg, n, e }) as JWK),
    });
    this.#accounts = accounts;
  }

  /** What stands in the token; undefined when it is not ours, expired, or of a login or user that is no more. */
  async read(token: string): Promise<OwnToken | undefined> {
    const payload = await this.#verified(token);
    if (!payload) return undefined;
    const grantId = payload[GRANT_CLAIM];
    if (grantId === undefined) return payload;
    const grant = await this.#provider.Grant.find(grantId);
    return grant?.accountId === payload.sub && (await this.#accounts.active(payload.sub)) ? payload : undefined;
  }

  async #verified(token: string): Promise<OwnToken | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.#provider.issuer,
        typ: 'at+jwt',
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'sub'],
      });
      return payloadSchema.safeParse(payload).data;
    } catch {
      return undefined;
    }
  }
}
