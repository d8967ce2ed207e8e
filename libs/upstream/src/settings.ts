import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';
import { problemsOf } from './option-problems.ts';
import { BALANCE, type BalancePolicy } from './policies/balance.policy.ts';
import { BREAKER } from './policies/breaker.policy.ts';
import { BULKHEAD } from './policies/bulkhead.policy.ts';
import { CONCURRENCY_LIMIT } from './policies/concurrency-limit.policy.ts';
import { CLAIMS, TOKEN } from './policies/credentials.policy.ts';
import { EJECTION } from './policies/ejection.policy.ts';
import { FALLBACK } from './policies/fallback.policy.ts';
import { HEALTH } from './policies/health.policy.ts';
import { HEDGE } from './policies/hedge.policy.ts';
import { RETRY } from './policies/retry.policy.ts';
import type { Upstream } from './upstream.ts';

/** Where an upstream is. */
export interface UpstreamAddress {
  /** Where its instances are, as written in `upstreams.ts` or the environment. */
  readonly address: string;
  /** What gave the address, for errors: `CATALOG_URL` or `upstream catalog: url`. */
  readonly addressField: string;
  /** Path that every target is appended to, without a trailing slash; empty for none. */
  readonly basePath: string;
}

/** An upstream's options with every default filled in, and its address. */
export interface UpstreamSettings extends Omit<z.output<typeof OPTIONS>, 'url' | 'balance'>, UpstreamAddress {
  readonly name: string;
  readonly balance: BalancePolicy;
}

type Environment = Readonly<Record<string, string | undefined>>;

const milliseconds = z.int().min(1).max(3_600_000);
const bytes = z.int().min(1);

const OPTIONS = z.strictObject({
  // Checked with what overrides it.
  url: z.unknown().optional(),
  connectTimeout: milliseconds.default(1_000),
  headersTimeout: milliseconds.default(10_000),
  bodyTimeout: milliseconds.default(10_000),
  connections: z.int().min(1).max(10_000).default(48),
  maxConnectionAge: milliseconds.default(300_000),
  maxConnectionIdle: milliseconds.default(4_000),
  transfers: z.int().min(1).max(10_000).default(64),
  eventStreams: z.int().min(0).max(10_000).default(256),
  eventStreamTimeout: milliseconds.default(60_000),
  minRate: z.int().min(0).max(1_000_000_000).default(240),
  rateWindow: milliseconds.default(30_000),
  maxResponseBytes: bytes.default(256 * 1024 * 1024),
  maxHeaderBytes: bytes.default(16 * 1024),
  validateJson: z.boolean().default(false),
  egress: z.array(z.string()).optional(),
  balance: BALANCE.prefault({}),
  health: HEALTH.optional(),
  ejection: onUnlessFalse(EJECTION),
  retry: onUnlessFalse(RETRY),
  breaker: onUnlessFalse(BREAKER),
  bulkhead: onUnlessFalse(BULKHEAD),
  concurrencyLimit: CONCURRENCY_LIMIT.optional(),
  hedge: HEDGE.optional(),
  coalesce: z.boolean().default(false),
  fallback: FALLBACK.optional(),
  token: TOKEN.default('none'),
  claims: CLAIMS.default({}),
  timeLeftHeader: z.union([z.string().regex(/^[a-z][a-z0-9-]*$/), z.literal(false)]).default('x-timeout-ms'),
});

/** A policy with its defaults; `false` takes its stage out of the pipeline. */
function onUnlessFalse<S extends z.ZodObject>(policy: S) {
  return z.union([z.literal(false), policy]).prefault({} as never);
}

/** Name of the variable that overrides an upstream's URL: `catalog-search` -> `CATALOG_SEARCH_URL`. */
function urlVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_URL`;
}

/**
 * Checks an upstream's options and fills in the defaults. What the address names is checked by the source that is opened for it.
 *
 * @throws ConfigError listing every option that does not fit
 */
export function resolveSettings(upstream: Upstream, environment?: Environment): UpstreamSettings {
  const { name, options } = upstream;
  const result = OPTIONS.safeParse(options);
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => problemsOf(issue));
    throw new ConfigError(problems.map((problem) => `upstream ${name}: ${problem}`));
  }
  const { url: _, balance, ...rest } = result.data;
  const { ZONE: zone } = loadConfig({ ZONE: z.string().optional() }, environment);
  const address = resolveAddress(upstream, environment);
  return Object.freeze({ name, ...rest, balance: { cookie: undefined, zone, ...balance }, ...address });
}

/**
 * Finds out where an upstream is.
 *
 * @throws ConfigError when that is no absolute URL
 */
export function resolveAddress({ name, options }: Upstream, environment?: Environment): UpstreamAddress {
  const variable = urlVariable(name);
  const override = loadConfig({ [variable]: z.string().optional() }, environment)[variable];
  const addressField = override === undefined ? `upstream ${name}: url` : variable;
  const address: unknown = override ?? options.url;
  const basePath = basePathOf(address);
  if (basePath === undefined) {
    throw new ConfigError([`${addressField}: must be an absolute URL, like http://127.0.0.1:4001`]);
  }
  return { address: address as string, addressField, basePath };
}

/** The path of an address, its first if there are several, which all have the same; undefined when it is no absolute URL. */
function basePathOf(address: unknown): string | undefined {
  const written = typeof address === 'string' ? address.split(',', 1)[0]!.trim() : '';
  // `URL` reads no port that has a name.
  const first = written.replace(/^(kubernetes:\/\/[^/?#:]*):[^/?#]*/i, '$1');
  if (!/^[a-z]+:\/\//i.test(first) || !URL.canParse(first)) return undefined;
  return new URL(first).pathname.replace(/\/+$/, '');
}
