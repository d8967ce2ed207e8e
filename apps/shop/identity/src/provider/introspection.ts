import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OwnTokens } from './own-tokens.ts';

/**
 * Introspection (RFC 7662) of access tokens that are JWTs, which the library refuses to look at: once it has authenticated the client and
 * said so, this answers instead. Only the audience of a token is told anything of it.
 */
export function introspectJwts(tokens: OwnTokens) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route !== 'introspection' || !isUnsupported(ctx.body)) return;
    const token = await tokens.read(String(oidc.params?.['token']));
    ctx.status = 200;
    const isForAsker = token !== undefined && token.aud === oidc.client?.clientId;
    const type = token?.cnf === undefined ? 'Bearer' : 'DPoP';
    ctx.body = isForAsker ? { ...token, active: true, token_type: type } : { active: false };
  };
}

const isUnsupported = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'error' in body && body.error === 'unsupported_token_type';
