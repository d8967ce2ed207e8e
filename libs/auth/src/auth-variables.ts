import { ConfigError, loadConfig } from '@portico/core';
import { redisUrlProblem } from '@portico/redis';
import { z } from 'zod';
import { algorithmOf } from './provider/client-authentication.ts';
import { sessionMemory } from './session/memory-session-store.ts';
import { sessionKeyProblem } from './session/session-cipher.ts';
import { MOST_PER_OWNER } from './session/session-store.ts';

/** What variables are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

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

/** The variables that fit, with their defaults. */
export type AuthVariables = Readonly<z.output<z.ZodObject<typeof SHAPE>>>;

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

/**
 * Reads the variables of the doors, each explained in `docs/configuration.md`.
 *
 * @param environment what to read instead of the process's environment
 * @throws ConfigError listing every variable that does not fit, none with its value
 */
export function readAuthVariables(environment?: Environment): AuthVariables {
  const between = problemsBetween(environment);
  const parsed = parse(environment, between);
  if (between.length > 0) throw new ConfigError(between);
  return parsed;
}

function parse(environment: Environment | undefined, further: readonly string[]): AuthVariables {
  try {
    return loadConfig(SHAPE, environment);
  } catch (error) {
    throw new ConfigError([...ConfigError.problemsOf(error), ...further]);
  }
}
