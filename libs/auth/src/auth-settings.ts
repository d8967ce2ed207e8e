import { randomBytes } from 'node:crypto';
import { ConfigError, loadConfig } from '@portico/core';
import { redisUrlProblem } from '@portico/redis';
import { z } from 'zod';
import { algorithmOf } from './provider/client-authentication.ts';
import { sessionMemory } from './session/memory-session-store.ts';
import { sessionKeyProblem } from './session/session-cipher.ts';
import { MOST_PER_OWNER } from './session/session-store.ts';

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

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;

function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}

/** https, or http to this machine, without anything that does not belong to an address. */
function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const isSecure = protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
  return isSecure && username + password + search + hash === '' && !/[?#\\\s]/.test(text);
}

function isOrigin(text: string): boolean {
  return isSecureUrl(text) && new URL(text).origin === text;
}

function whole(unit: string, least: number, most: number) {
  const message = `must be whole ${unit} from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,13}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

const MAKE_KEY = 'node -p "crypto.randomBytes(32).toString(\'base64url\')"';

/** More keys than anybody rotates through. */
const MOST_KEYS = 8;

const sessionKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((key) => key.trim());
  const problems = new Set(keys.map(sessionKeyProblem).filter((problem) => problem !== undefined));
  if (keys.length > MOST_KEYS) problems.add(`must be at most ${MOST_KEYS} keys`);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return keys;
});

function isSigningKey(pem: string): boolean {
  try {
    algorithmOf(pem);
    return pem.startsWith('-----BEGIN PRIVATE KEY-----');
  } catch {
    return false;
  }
}

function checkRedisUrl(url: string, context: z.RefinementCtx): void {
  const message = redisUrlProblem(url);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

const word = (message: string) => z.string().regex(/^[\x21-\x7e]{1,255}$/, message);

const SHAPE = {
  PUBLIC_URL: z
    .string()
    .refine(
      isOrigin,
      'must be the origin that browsers use, such as https://shop.example: https (http on this machine only), no path',
    )
    .optional(),
  OIDC_ISSUER: z
    .string()
    .refine(isSecureUrl, 'must be an https URL without query or fragment (http on this machine only)')
    .default('http://127.0.0.1:4000'),
  OIDC_CLIENT_ID: word('must be printable characters without spaces').optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_CLIENT_KEY: z
    .string()
    .refine(isSigningKey, 'must be a private key as PKCS8 PEM (RSA of 2048 bits, EC or Ed25519)')
    .optional(),
  OIDC_SCOPE: z
    .string()
    .refine(
      (scope) => scope.split(' ').includes('openid'),
      'must name scopes with spaces between them, openid among them',
    )
    .default('openid profile email'),
  ROLES_CLAIM: z
    .string()
    .regex(/^[^.\s]+(?:\.[^.\s]+)*$/, 'must be the name of a claim, such as roles or realm_access.roles')
    .default('roles'),
  TOKEN_AUDIENCE: word('must be printable characters without spaces').default('portico-api'),
  TOKEN_FORMAT: z.enum(['jwt', 'opaque', 'both']).default('jwt'),
  TOKEN_TYPE: z.enum(['at+jwt', 'jwt']).default('at+jwt'),
  DPOP: z.enum(['off', 'optional', 'required']).default('off'),
  BEARER_CLOCK_SKEW: whole('seconds', 0, 300).default(5),
  REDIS_URL: z.string().superRefine(checkRedisUrl).optional(),
  SESSION_KEYS: sessionKeys.optional(),
  SESSION_IDLE: whole('seconds', 1, 2_592_000).default(1_800),
  SESSION_LIFE: whole('seconds', 1, 31_536_000).default(43_200),
  MAX_USER_SESSIONS: whole('sessions', 1, 10_000).default(MOST_PER_OWNER),
  SESSION_MEMORY: whole('bytes', 1_048_576, 1_099_511_627_776).default(sessionMemory),
  // The server checks it.
  PORT: z.coerce.number().int().min(0).max(65_535).optional().catch(undefined),
};

type Parsed = Readonly<z.output<z.ZodObject<typeof SHAPE>>>;

/** All variables as they were written: rules between two of them are checked even when a third one does not fit. */
const RAW = Object.fromEntries(Object.keys(SHAPE).map((name) => [name, z.string().optional()])) as {
  readonly [Name in keyof typeof SHAPE]: z.ZodOptional<z.ZodString>;
};

function problemsBetween(environment: Environment | undefined): string[] {
  const raw = loadConfig(RAW, environment);
  const problems = secretProblems(raw);
  if (raw.REDIS_URL !== undefined && raw.SESSION_KEYS === undefined) {
    problems.push(`SESSION_KEYS: must be set with REDIS_URL, the same on all replicas; make one with: ${MAKE_KEY}`);
  }
  return problems;
}

type Secrets = { readonly [Name in 'OIDC_ISSUER' | 'OIDC_CLIENT_SECRET' | 'OIDC_CLIENT_KEY']?: string | undefined };

function secretProblems({
  OIDC_ISSUER: issuer = '',
  OIDC_CLIENT_SECRET: secret,
  OIDC_CLIENT_KEY: key,
}: Secrets): string[] {
  if (secret !== undefined && key !== undefined) {
    return ['OIDC_CLIENT_KEY: takes the place of OIDC_CLIENT_SECRET; set one of them'];
  }
  if (secret !== undefined || key !== undefined || !URL.canParse(issuer) || isLoopback(issuer)) return [];
  return ['OIDC_CLIENT_SECRET: must be set, or OIDC_CLIENT_KEY, because OIDC_ISSUER is not on this machine'];
}

function settingsOf(parsed: Parsed, { name, port, clientId = name }: BffIdentity): AuthSettings {
  const id = parsed.OIDC_CLIENT_ID ?? clientId;
  const key = parsed.OIDC_CLIENT_KEY;
  return Object.freeze({
    publicUrl: parsed.PUBLIC_URL ?? new URL(`http://127.0.0.1:${parsed.PORT ?? port}`).origin,
    issuer: parsed.OIDC_ISSUER,
    clientId: id,
    clientSecret: parsed.OIDC_CLIENT_SECRET ?? (key === undefined ? `${id}-secret` : undefined),
    clientKey: key,
    scope: parsed.OIDC_SCOPE,
    rolesClaim: parsed.ROLES_CLAIM,
    tokenAudience: parsed.TOKEN_AUDIENCE,
    tokenFormat: parsed.TOKEN_FORMAT,
    tokenType: parsed.TOKEN_TYPE,
    dpop: parsed.DPOP,
    clockSkew: parsed.BEARER_CLOCK_SKEW,
    redisUrl: parsed.REDIS_URL,
    sessionKeys: Object.freeze(parsed.SESSION_KEYS ?? [randomBytes(32).toString('base64url')]),
    sessionIdle: parsed.SESSION_IDLE,
    sessionLife: parsed.SESSION_LIFE,
    maxUserSessions: parsed.MAX_USER_SESSIONS,
    sessionMemory: parsed.SESSION_MEMORY,
  });
}

/**
 * Reads the settings of the doors.
 *
 * @param environment what to read instead of the process's environment
 * @throws ConfigError listing every setting that does not fit, none with its value
 */
export function loadAuthSettings(bff: BffIdentity, environment?: Environment): AuthSettings {
  const between = problemsBetween(environment);
  const parsed = parse(environment, between);
  if (between.length > 0) throw new ConfigError(between);
  return settingsOf(parsed, bff);
}

function parse(environment: Environment | undefined, further: readonly string[]): Parsed {
  try {
    return loadConfig(SHAPE, environment);
  } catch (error) {
    throw new ConfigError([...ConfigError.problemsOf(error), ...further]);
  }
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
