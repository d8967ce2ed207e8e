import type { Client, ClientMetadata } from 'oidc-provider';
import { type ConfidentialClient, type IdentitySettings, isLoopback } from '../identity-settings.ts';
import { TOKEN_EXCHANGE } from './apis.ts';

const CALLBACK = '/bff/callback';
const NO_REDIRECT = { redirect_uris: [], response_types: [] } as const;
const LOGIN = ['authorization_code', 'refresh_token'] as const;

/** The clients of the shop; ids and secrets are those of the Keycloak realm that the tests use too. */
export function clientsOf(settings: IdentitySettings): ClientMetadata[] {
  return [
    browserClient('web-bff', settings, [...LOGIN, TOKEN_EXCHANGE, 'client_credentials']),
    browserClient('admin-bff', settings, [...LOGIN, 'client_credentials']),
    {
      client_id: 'mobile-app',
      client_name: 'Hearth & Heath on your phone',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['portico:/callback', 'http://127.0.0.1/callback', 'http://localhost/callback'],
      response_types: ['code'],
      grant_types: [...LOGIN],
      require_auth_time: true,
    },
    serviceClient('portico-api', settings, [TOKEN_EXCHANGE, 'client_credentials']),
    serviceClient('ordering', settings, []),
    serviceClient('reports', settings, ['client_credentials']),
  ];
}

function browserClient(id: 'web-bff' | 'admin-bff', settings: IdentitySettings, grants: string[]): ClientMetadata {
  const url = settings.bffUrls[id];
  return {
    client_id: id,
    client_name: id === 'web-bff' ? 'Hearth & Heath' : 'Hearth & Heath, staff',
    client_secret: settings.secretOf(id),
    redirect_uris: [url + CALLBACK],
    post_logout_redirect_uris: [url, `${url}/`],
    backchannel_logout_uri: `${url}/bff/backchannel-logout`,
    backchannel_logout_session_required: true,
    response_types: ['code'],
    grant_types: grants,
    require_auth_time: true,
  };
}

function serviceClient(id: ConfidentialClient, settings: IdentitySettings, grants: string[]): ClientMetadata {
  return { client_id: id, client_secret: settings.secretOf(id), grant_types: grants, ...NO_REDIRECT };
}

/** May the browser be sent there with a code? What is registered, and the same path at any port of this machine. */
export function isRedirectAllowed(client: Client, uri: string): boolean {
  if (client.redirectUris?.includes(uri)) return true;
  if (client.clientId === 'mobile-app') return isLoopbackUri(uri, ['http:'], '/callback');
  return client.backchannelLogoutUri !== undefined && isLoopbackUri(uri, ['http:', 'https:'], CALLBACK);
}

/** May the browser be sent there after a logout? What is registered, and any page at any port of this machine. */
export function isPostLogoutRedirectAllowed(client: Client, uri: string): boolean {
  if (client.postLogoutRedirectUris?.includes(uri)) return true;
  return client.backchannelLogoutUri !== undefined && isLoopbackUri(uri, ['http:', 'https:']);
}

/** Only as the parser writes it itself: no user, no query, no fragment, and no spelling that another parser may read otherwise. */
function isLoopbackUri(uri: string, protocols: readonly string[], path?: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, host, hostname, pathname } = new URL(uri);
  const canonical = `${protocol}//${host}${pathname}`;
  const same = uri === canonical || (path === undefined && `${uri}/` === canonical);
  return same && protocols.includes(protocol) && isLoopback(hostname) && (path === undefined || pathname === path);
}
