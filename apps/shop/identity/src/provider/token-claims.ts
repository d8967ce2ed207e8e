import { type AccessToken, type ClientCredentials, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { AccountsService } from '../accounts/accounts.service.ts';
import { rulesOf, withDefaultScope } from './apis.ts';
import { GRANT_CLAIM } from './own-tokens.ts';
import { subjectOf } from './token-exchange.ts';

type Token = AccessToken | ClientCredentials;

/** The claims of an access token beside those of every JWT: who the user is now, and how and when the login was. */
export async function tokenClaims(
  accounts: AccountsService,
  ctx: KoaContextWithOIDC,
  token: Token,
): Promise<Record<string, unknown>> {
  if (!('accountId' in token)) return { roles: rulesOf(token.clientId ?? '').ownRoles ?? [] };
  const account = await accounts.active(token.accountId);
  if (!account) throw new errors.InvalidGrant('there is no such user');
  return {
    roles: [...account.roles],
    preferred_username: account.username,
    [GRANT_CLAIM]: token.grantId,
    ...loginClaims(ctx, token),
  };
}

/** An exchanged token says how the login was that it came of, and who acts for the user. */
function loginClaims(ctx: KoaContextWithOIDC, { clientId, sid }: AccessToken): Record<string, unknown> {
  const subject = subjectOf(ctx);
  if (subject) {
    return { auth_time: subject.auth_time, acr: subject.acr, sid: subject.sid, act: { sub: clientId } };
  }
  const login = ctx.oidc.entities.RefreshToken ?? ctx.oidc.entities.AuthorizationCode;
  return { auth_time: login?.authTime, acr: login?.acr, sid };
}

/** Adds the scope that tokens for an audience always have. */
export function addDefaultScope(
  _ctx: KoaContextWithOIDC,
  _token: Token,
  { payload }: { payload: { aud?: unknown; scope?: unknown } },
): void {
  payload.scope = withDefaultScope(String(payload.aud), payload.scope as string | undefined);
}
