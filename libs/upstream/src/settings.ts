import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';
import { BALANCE } from './policies/balance.policy.ts';
import { BREAKER } from './policies/breaker.policy.ts';
import { BULKHEAD } from './policies/bulkhead.policy.ts';
import { CONCURRENCY_LIMIT } from './policies/concurrency-limit.policy.ts';
import { EJECTION } from './policies/ejection.policy.ts';
import { FALLBACK } from './policies/fallback.policy.ts';
import { HEALTH } from './policies/health.policy.ts';
import { HEDGE } from './policies/hedge.policy.ts';
import { RETRY } from './policies/retry.policy.ts';
import type { Upstream } from './upstream.ts';

/** An upstream's options with every default filled in and the address taken apart. */
export interface UpstreamSettings extends z.output<typeof OPTIONS> {
  readonly name: string;
  /** `http://127.0.0.1:4001` */
  readonly origin: string;
  /** Path that every target is appended to, without a trailing slash; empty for none. */
  readonly basePath: string;
}

const milliseconds = z.int().min(1).max(3_600_000);
const bytes = z.int().min(1);

const OPTIONS = z.strictObject({
  // Checked by `parseAddress`, with what overrides it.
  url: z.unknown().optional(),
  connectTimeout: milliseconds.default(1_000),
  headersTimeout: milliseconds.default(10_000),
  bodyTimeout: milliseconds.default(10_000),
  connections: z.int().min(1).max(10_000).default(48),
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
 * Checks an upstream's options and fills in the defaults.
 *
 * @throws ConfigError listing every option that does not fit
 */
export function resolveSettings(
  upstream: Upstream,
  environment?: Readonly<Record<string, string | undefined>>,
): UpstreamSettings {
  const variable = urlVariable(upstream.name);
  const override = loadConfig({ [variable]: z.string().optional() }, environment)[variable];
  const result = OPTIONS.safeParse(upstream.options);
  const problems = result.success
    ? []
    : result.error.issues.map((issue) => [`upstream ${upstream.name}`, ...issue.path, issue.message].join(': '));
  const address = parseAddress(override ?? upstream.options.url);
  if (typeof address === 'string') {
    const field = override === undefined ? `upstream ${upstream.name}: url` : variable;
    problems.push(`${field}: ${address}, like http://127.0.0.1:4001`);
  }
  if (!result.success || typeof address === 'string') throw new ConfigError(problems);
  const { url: _, ...options } = result.data;
  return Object.freeze({ name: upstream.name, ...options, ...address });
}

/** The parts of an upstream's URL, or what is wrong with it. */
function parseAddress(text: unknown): { origin: string; basePath: string } | string {
  if (typeof text !== 'string' || !URL.canParse(text)) return 'must be an absolute URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with http:// or https://';
  if (url.username || url.password) return 'must not hold a user or password';
  if (/[?#]/.test(text)) return 'must not have a query or fragment';
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}
