import { isIP } from 'node:net';
import { isatty } from 'node:tty';
import { loadConfig } from '@portico/core';
import { DEFAULT_UPLOAD_MEMORY } from '@portico/http';
import { IpRanges, rangeProblem } from '@portico/net';
import { z } from 'zod';

/** A whole number within bounds; what it counts (milliseconds, bytes) stands in `docs/configuration.md`. */
function wholeNumber<S extends number | undefined>(standard: S, least: number, most: number): z.ZodType<number | S> {
  const message = `must be a whole number from ${least} to ${most}`;
  const number = z
    .string()
    .regex(/^\d{1,13}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
  return (standard === undefined ? number.optional() : number.default(standard)) as z.ZodType<number | S>;
}

/** A comma-separated list; `problemOf` says of an entry what is wrong with it. */
function list<T>(problemOf: (entry: string) => string | undefined, build: (entries: string[]) => T): z.ZodType<T> {
  return z
    .string()
    .default('')
    .transform((value, context) => {
      const entries = value === '' ? [] : value.split(',').map((entry) => entry.trim());
      const problems = entries.map(problemOf).filter((problem) => problem !== undefined);
      for (const message of problems) context.addIssue({ code: 'custom', message });
      return problems.length > 0 ? z.NEVER : build(entries);
    });
}

function originProblem(entry: string): string | undefined {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.origin === entry && !entry.includes('*')) return undefined;
  return `"${entry}" is not an exact origin such as https://shop.example (no path, no wildcard)`;
}

const HOST_MESSAGE = 'must be an IP address or localhost, for instance 127.0.0.1 or 0.0.0.0';

function address(): z.ZodType<string> {
  return z
    .string()
    .refine((host) => host === 'localhost' || (isIP(host) !== 0 && !host.includes('%')), HOST_MESSAGE)
    .transform((host) => (host === 'localhost' ? '127.0.0.1' : host))
    .default('127.0.0.1');
}

/** Milliseconds until balancers have heard that this process is not ready any more. */
const BALANCERS_TIME = 2_000;

function shapeFor(
  port: number,
  hasTerminal: boolean,
): {
  readonly [Name in keyof ServerConfig]: z.ZodType<ServerConfig[Name]>;
} {
  return {
    PORT: wholeNumber(port, 0, 65_535),
    HOST: address(),
    MANAGEMENT_PORT: wholeNumber(undefined, 0, 65_535),
    MANAGEMENT_HOST: address(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    LOG_FORMAT: z.enum(['auto', 'json', 'text']).default('auto'),
    LOG_BUFFER_BYTES: wholeNumber(1_048_576, 65_536, 268_435_456),
    ALLOWED_ADDRESSES: list(rangeProblem, (entries) => new IpRanges(entries)),
    TRUSTED_PROXIES: list(rangeProblem, (entries) => new IpRanges(entries)),
    TRUSTED_PROXY_HEADERS: z.enum(['x-forwarded', 'forwarded']).default('x-forwarded'),
    CORS_ORIGINS: list(originProblem, (entries): ReadonlySet<string> => new Set(entries)),
    CORS_MAX_AGE: wholeNumber(600, 0, 86_400),
    MAX_HEADER_BYTES: wholeNumber(16_384, 2_048, 131_072),
    MAX_HEADER_COUNT: wholeNumber(100, 10, 1_000),
    MAX_URL_LENGTH: wholeNumber(8_192, 256, 65_536),
    UPLOAD_MEMORY: wholeNumber(DEFAULT_UPLOAD_MEMORY, 1_048_576, 1_099_511_627_776),
    MAX_CONNECTIONS: wholeNumber(10_000, 1, 1_000_000),
    HEADERS_TIMEOUT: wholeNumber(10_000, 100, 600_000),
    REQUEST_TIMEOUT: wholeNumber(60_000, 100, 3_600_000),
    KEEP_ALIVE_TIMEOUT: wholeNumber(65_000, 100, 3_600_000),
    IDLE_TIMEOUT: wholeNumber(60_000, 100, 3_600_000),
    DRAIN_DELAY: wholeNumber(hasTerminal ? 0 : BALANCERS_TIME, 0, 600_000),
    DRAIN_TIMEOUT: wholeNumber(10_000, 0, 600_000),
  };
}

/** Settings of the HTTP server. Times are milliseconds, sizes bytes; each is explained in `docs/configuration.md`. */
export interface ServerConfig {
  readonly PORT: number;
  readonly HOST: string;
  /** Of the management listener; undefined: there is none. */
  readonly MANAGEMENT_PORT: number | undefined;
  readonly MANAGEMENT_HOST: string;
  readonly LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly LOG_FORMAT: 'auto' | 'json' | 'text';
  readonly LOG_BUFFER_BYTES: number;
  /** Whose requests are served; empty: everybody's. */
  readonly ALLOWED_ADDRESSES: IpRanges;
  /** Whose word counts on who the client is. */
  readonly TRUSTED_PROXIES: IpRanges;
  readonly TRUSTED_PROXY_HEADERS: 'x-forwarded' | 'forwarded';
  readonly CORS_ORIGINS: ReadonlySet<string>;
  /** Seconds. */
  readonly CORS_MAX_AGE: number;
  readonly MAX_HEADER_BYTES: number;
  readonly MAX_HEADER_COUNT: number;
  readonly MAX_URL_LENGTH: number;
  /** Of request bodies at one time. */
  readonly UPLOAD_MEMORY: number;
  readonly MAX_CONNECTIONS: number;
  readonly HEADERS_TIMEOUT: number;
  readonly REQUEST_TIMEOUT: number;
  readonly KEEP_ALIVE_TIMEOUT: number;
  readonly IDLE_TIMEOUT: number;
  readonly DRAIN_DELAY: number;
  readonly DRAIN_TIMEOUT: number;
}

/**
 * Reads the server's settings.
 *
 * @param port the port when `PORT` is not set
 * @param environment what to read instead of the process's environment
 * @param hasTerminal whether somebody sits before this process, and no balancer; default whether its input or output is a terminal
 * @throws ConfigError listing every setting that does not fit
 */
export function loadServerConfig(
  port: number,
  environment?: Readonly<Record<string, string | undefined>>,
  hasTerminal = isatty(0) || isatty(1),
): ServerConfig {
  return loadConfig(shapeFor(port, hasTerminal), environment);
}
