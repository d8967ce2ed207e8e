import { errors, type ResourceServer } from 'oidc-provider';

/** Grant type of RFC 8693. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** What a client may do beside its OAuth metadata. */
export interface ClientRules {
  /** Audience of its users' access tokens. */
  readonly userAudience?: string;
  /** Audience of the tokens that it gets for itself, and its roles in them. */
  readonly ownAudience?: string;
  readonly ownRoles?: readonly string[];
  /** Audiences that it may exchange a user's token for. */
  readonly exchangesFor?: readonly string[];
}

/**
 * Login tokens of a browser's BFF are for that BFF alone: it exchanges them for tokens that an upstream takes, so a token that leaks
 * from one of them opens nothing else.
 */
const RULES: Readonly<Record<string, ClientRules>> = {
  'web-bff': { userAudience: 'web-bff', ownAudience: 'ordering', exchangesFor: ['ordering'] },
  'admin-bff': { userAudience: 'admin-bff', ownAudience: 'ordering' },
  'mobile-app': { userAudience: 'portico-api' },
  'portico-api': { ownAudience: 'ordering', exchangesFor: ['ordering'] },
  reports: { ownAudience: 'portico-api', ownRoles: ['staff'] },
};

/** Scopes that a token for an audience can have; those named `always` it has whether asked for or not. */
const SCOPES: Readonly<Record<string, { readonly possible: string; readonly always?: string }>> = {
  'web-bff': { possible: 'openid profile email' },
  'admin-bff': { possible: 'openid profile email' },
  'portico-api': { possible: 'openid profile email portico-api', always: 'portico-api' },
  ordering: { possible: 'ordering' },
};

const PREFIX = 'urn:portico:';

/** What a client may do. */
export const rulesOf = (clientId: string): ClientRules => RULES[clientId] ?? {};

/** The audience that a resource indicator names. */
export const audienceNamed = (resource: string): string =>
  resource.startsWith(PREFIX) ? resource.slice(PREFIX.length) : resource;

/** The resource indicator (RFC 8707) of an audience. */
export const resourceOf = (audience: string): string => PREFIX + audience;

/** The scope that a token for an audience has in the end. */
export function withDefaultScope(audience: string, scope: string | undefined): string | undefined {
  const always = SCOPES[audience]?.always;
  return [...new Set([...(scope?.split(' ') ?? []), ...(always ? [always] : [])])].join(' ') || undefined;
}

/**
 * The audience that a client gets tokens for: its users' by login, or its own by client credentials.
 *
 * @throws InvalidTarget when it is another than the one asked for, or there is none
 */
export function audienceOf(clientId: string, grantType: unknown, asked?: unknown): string {
  const { userAudience, ownAudience } = rulesOf(clientId);
  const audience = grantType === 'client_credentials' ? ownAudience : userAudience;
  if (audience === undefined || (asked !== undefined && asked !== audience)) throw new errors.InvalidTarget();
  return audience;
}

/** What tokens for an audience are like. @param life seconds */
export function resourceServer(audience: string, life: number): ResourceServer {
  return {
    audience,
    scope: SCOPES[audience]?.possible ?? '',
    accessTokenFormat: 'jwt',
    accessTokenTTL: life,
    jwt: { sign: { alg: 'RS256' } },
  };
}
