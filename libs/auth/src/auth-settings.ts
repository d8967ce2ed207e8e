import { randomBytes } from 'node:crypto';
import { ConfigError } from '@portico/core';
import { type AuthVariables, type Environment, readAuthVariables } from './auth-variables.ts';

/** Settings of a BFF's doors, checked; each variable is explained in `docs/configuration.md`. Frozen. Holds secrets: never log it. */
export interface AuthSettings {
  /** `PUBLIC_URL`: the origin of the BFF as browsers see it. */
  readonly publicUrl: string;
  /** `OIDC_ISSUER`: the issuer identifier, character by character. */
  readonly issuer: string;
  /** `OIDC_CLIENT_ID`. */
  readonly clientId: string;
  /** `OIDC_CLIENT_SECRET`; undefined when `clientKey` takes its place. */
  readonly clientSecret: string | undefined;
  /** `OIDC_CLIENT_KEY`: a private key as PKCS8 PEM, for `private_key_jwt`. */
  readonly clientKey: string | undefined;
  /** `OIDC_SCOPE`: what a login asks for. */
  readonly scope: string;
  /** `ROLES_CLAIM`: name of the claim, dots are steps into objects. */
  readonly rolesClaim: string;
  /** `TOKEN_AUDIENCE`: what `aud` of a bearer token must name. */
  readonly tokenAudience: string;
  /** `TOKEN_FORMAT`: which kinds of access tokens the bearer door takes. */
  readonly tokenFormat: 'jwt' | 'opaque' | 'both';
  /** `TOKEN_TYPE`: what the header of a bearer token that is a JWT must say; `jwt` takes `at+jwt` too. */
  readonly tokenType: 'at+jwt' | 'jwt';
  /** `DPOP` (RFC 9449) at the bearer door. */
  readonly dpop: 'off' | 'optional' | 'required';
  /** `BEARER_CLOCK_SKEW`, seconds. */
  readonly clockSkew: number;
  /** `REDIS_URL`; undefined: sessions are in memory. */
  readonly redisUrl: string | undefined;
  /** `SESSION_KEYS`, in base64url: the first encrypts, all decrypt. Random ones when there are none. */
  readonly sessionKeys: readonly string[];
  /** `SESSION_IDLE`, seconds. */
  readonly sessionIdle: number;
  /** `SESSION_LIFE`, seconds. */
  readonly sessionLife: number;
  /** `MAX_USER_SESSIONS`: sessions that one user may have at the same time. */
  readonly maxUserSessions: number;
  /** `SESSION_MEMORY`: bytes that sessions in memory may hold. */
  readonly sessionMemory: number;
}

/** What a BFF says of itself, for defaults. */
export interface BffIdentity {
  /** Name of the BFF, for instance `web-bff`. */
  readonly name: string;
  /** Where it listens unless `PORT` is set. */
  readonly port: number;
  /** Client at the identity provider unless `OIDC_CLIENT_ID` is set. Default the name. */
  readonly clientId?: string;
}

function settingsOf(variables: AuthVariables, { name, port, clientId = name }: BffIdentity): AuthSettings {
  const id = variables.OIDC_CLIENT_ID ?? clientId;
  const key = variables.OIDC_CLIENT_KEY;
  return Object.freeze({
    publicUrl: variables.PUBLIC_URL ?? new URL(`http://127.0.0.1:${variables.PORT ?? port}`).origin,
    issuer: variables.OIDC_ISSUER,
    clientId: id,
    clientSecret: variables.OIDC_CLIENT_SECRET ?? (key === undefined ? `${id}-secret` : undefined),
    clientKey: key,
    scope: variables.OIDC_SCOPE,
    rolesClaim: variables.ROLES_CLAIM,
    tokenAudience: variables.TOKEN_AUDIENCE,
    tokenFormat: variables.TOKEN_FORMAT,
    tokenType: variables.TOKEN_TYPE,
    dpop: variables.DPOP,
    clockSkew: variables.BEARER_CLOCK_SKEW,
    redisUrl: variables.REDIS_URL,
    sessionKeys: Object.freeze(variables.SESSION_KEYS ?? [randomBytes(32).toString('base64url')]),
    sessionIdle: variables.SESSION_IDLE,
    sessionLife: variables.SESSION_LIFE,
    maxUserSessions: variables.MAX_USER_SESSIONS,
    sessionMemory: variables.SESSION_MEMORY,
  });
}

/**
 * Reads the settings of the doors.
 *
 * @param environment what to read instead of the process's environment
 * @throws ConfigError listing every setting that does not fit, none with its value
 */
export function loadAuthSettings(bff: BffIdentity, environment?: Environment): AuthSettings {
  return settingsOf(readAuthVariables(environment), bff);
}

/** Settings, and what is wrong with them. */
export interface ReadSettings {
  /** The defaults when there are problems, so that the rest of a BFF is checked all the same. */
  readonly settings: AuthSettings;
  readonly problems: readonly string[];
}

/** As `loadAuthSettings`, for a start that lists the problems of all its parts at once. */
export function readAuthSettings(bff: BffIdentity): ReadSettings {
  try {
    return { settings: loadAuthSettings(bff), problems: [] };
  } catch (error) {
    return { settings: loadAuthSettings(bff, {}), problems: ConfigError.problemsOf(error) };
  }
}
