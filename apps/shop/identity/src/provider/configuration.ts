import type { Database } from '@portico/shop-kit';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf } from '../accounts/account.ts';
import type { AccountsService } from '../accounts/accounts.service.ts';
import type { IdentitySettings } from '../identity-settings.ts';
import { errorPage } from '../pages/error-page.ts';
import { loggedOutPage } from '../pages/logout-page.ts';
import { sendPage } from '../pages/page.ts';
import { audienceNamed, audienceOf, resourceOf, resourceServer } from './apis.ts';
import { ArtifactAdapter } from './artifact.adapter.ts';
import { clientsOf } from './clients.ts';
import { logoutSource } from './logout.ts';
import type { ProviderKeys } from './signing-keys.ts';
import { addDefaultScope, tokenClaims } from './token-claims.ts';

/** Authentication by password (`acr`), as Keycloak calls it. */
export const PASSWORD_ACR = '1';

/** Seconds that a login may take. */
const LOGIN_LIFE = 600;

/** What the configuration is made of. */
export interface ConfigurationParts {
  readonly settings: IdentitySettings;
  readonly database: Database;
  readonly accounts: AccountsService;
  readonly keys: ProviderKeys;
}

/** What oidc-provider is told: which doors are open, who the clients are, and what stands in the tokens. */
export function configurationOf(parts: ConfigurationParts): Configuration {
  const { settings, database, accounts, keys } = parts;
  return {
    adapter: (kind: string) => new ArtifactAdapter(kind, database),
    clients: clientsOf(settings),
    clientDefaults: { token_endpoint_auth_method: 'client_secret_basic' },
    jwks: { keys: keys.signing },
    cookies: {
      keys: keys.cookies,
      names: { session: 'identity', interaction: 'identity_login', resume: 'identity_resume' },
    },
    acrValues: [PASSWORD_ACR],
    scopes: ['openid', 'profile', 'email'],
    claims: {
      openid: ['sub', 'roles', 'acr', 'auth_time', 'sid'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: featuresOf(parts),
    formats: { customizers: { jwt: addDefaultScope } },
    extraTokenClaims: (ctx, token) => tokenClaims(accounts, ctx, token),
    findAccount: async (ctx, id, token) => {
      const account = await accounts.active(id);
      if (!account || !(await isSessionAlive(ctx, token))) return undefined;
      return { accountId: account.id, claims: () => claimsOf(account) };
    },
    loadExistingGrant: grantAll,
    interactions: { policy: loginPolicy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    // A login of its own can be logged out of its own: logins of one session share no grant, and findAccount looks at the session.
    expiresWithSession: () => Promise.resolve(false),
    issueRefreshToken: (_ctx, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
    rotateRefreshToken: true,
    clientBasedCORS: () => false,
    // The library refuses to post to loopback, where the BFFs of a workstation are; it posts only where our own clients say.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    renderError: (ctx, { error, error_description: description }) => sendPage(ctx, errorPage(error, description)),
    ttl: lives(settings),
  };
}

function featuresOf({ settings, database }: ConfigurationParts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    claimsParameter: { enabled: false },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => defaultResource(ctx, client.clientId),
      useGrantedResource: () => true,
      getResourceServerInfo: ({ oidc }, resource, { clientId }) =>
        resourceServer(
          audienceOf(clientId, oidc.params?.['grant_type'], audienceNamed(resource)),
          settings.accessTokenLife,
        ),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx) => logoutSource(ctx, database),
      postLogoutSuccessSource: (ctx) => sendPage(ctx, loggedOutPage()),
    },
  };
}

function lives({ accessTokenLife, sessionLife }: IdentitySettings): Configuration['ttl'] {
  return {
    AccessToken: accessTokenLife,
    ClientCredentials: accessTokenLife,
    AuthorizationCode: 60,
    IdToken: accessTokenLife,
    Interaction: LOGIN_LIFE,
    Grant: sessionLife,
    RefreshToken: sessionLife,
    Session: sessionLife,
  };
}

/** All clients are the shop's own, so nobody is asked for consent; an account that was disabled has to log in again. */
function loginPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('no_account', 'The account is not there any more', (ctx) => !ctx.oidc.account),
    );
  return policy;
}

function defaultResource({ oidc }: KoaContextWithOIDC, clientId: string): string {
  const grantType = oidc.params?.['grant_type'];
  const isOwn = grantType === 'client_credentials';
  const asked = isOwn ? (oidc.body as Record<string, unknown> | undefined)?.['audience'] : undefined;
  return resourceOf(audienceOf(clientId, grantType, asked));
}

/** A new grant for each login, of all that is asked for: so a login can be revoked without the user's others. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({ accountId: oidc.session?.accountId, clientId: oidc.client?.clientId });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
  for (const [resource, server] of Object.entries(oidc.resourceServers ?? {})) {
    const scopes = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope));
    if (scopes.length > 0) grant.addResourceScope(resource, scopes.join(' '));
  }
  await grant.save();
  return grant;
}

async function isSessionAlive(ctx: KoaContextWithOIDC, token: unknown): Promise<boolean> {
  const uid = (token as { sessionUid?: string } | undefined)?.sessionUid;
  return uid === undefined || (await ctx.oidc.provider.Session.findByUid(uid)) !== undefined;
}
