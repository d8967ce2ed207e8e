import { loadConfig } from '@portico/core';
import { z } from 'zod';
import { readQuery, together } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';

/** Which instances a source looks for, and where. */
export interface EurekaSettings {
  /** Name of the application in upper case, as the server keeps it. */
  readonly app: string;
  /** How the instances are spoken to. */
  readonly scheme: 'http' | 'https';
  /** Milliseconds between two questions. */
  readonly interval: number;
  /** Base addresses that end with a slash. */
  readonly peers: readonly string[];
}

const APP_NAME = /^[a-z0-9._-]{1,200}$/i;
/** The upper bound stays below the 3 minutes for which servers keep changes. */
const INTERVAL = 'must be whole milliseconds from 100 to 120000';
const QUERY = {
  interval: z.coerce
    .number({ error: INTERVAL })
    .int({ error: INTERVAL })
    .min(100, { error: INTERVAL })
    .max(120_000, { error: INTERVAL })
    .default(30_000),
};
const ENVIRONMENT = { EUREKA_URL: z.string().default('http://127.0.0.1:8761/eureka/').transform(peersOf) };

/**
 * The peers that `EUREKA_URL` names.
 *
 * @param environment default `process.env`
 * @throws ConfigError when one is no address
 */
export function readPeers(environment?: Readonly<Record<string, string | undefined>>): readonly string[] {
  return loadConfig(ENVIRONMENT, environment).EUREKA_URL;
}

/**
 * Reads `eureka://APP?scheme=https&interval=30000`.
 *
 * @throws ConfigError listing what is wrong with the address and with `EUREKA_URL`
 */
export function readSettings(url: URL, { upstream, environment }: SourceOptions): EurekaSettings {
  const problems: string[] = [];
  if (!APP_NAME.test(url.hostname)) problems.push('must name an application, like eureka://CATALOG');
  if (url.port) problems.push('must not have a port: the registry says it');
  const [query, peers] = together(
    () => readQuery(url, QUERY, { upstream, problems }),
    () => readPeers(environment),
  );
  return { app: url.hostname.toUpperCase(), peers, ...query };
}

function peersOf(text: string, context: z.RefinementCtx): string[] {
  const peers = text.split(',').map((peer) => peer.trim());
  if (!peers.every(isBase)) {
    const message = 'must be http:// or https:// addresses without query, separated by commas';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  return peers.map((peer) => (peer.endsWith('/') ? peer : `${peer}/`));
}

function isBase(address: string): boolean {
  return /^https?:\/\/[^/\\]/i.test(address) && !/[?#]/.test(address) && URL.canParse(address);
}
