import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';
import { type AddressContext, readQuery } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';

type Environment = SourceOptions['environment'];

/** A Consul agent and what to show it. */
export interface ConsulAgent {
  /** `http://host:port` and perhaps a path, without a slash at its end. */
  readonly url: string;
  /** The ACL token, which goes into no URL and no log. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the instances of one upstream are asked with. */
export interface ConsulSettings {
  readonly agent: ConsulAgent;
  /** Path and query of the question, without those of a blocking query. */
  readonly path: string;
  /** How the instances are spoken to. */
  readonly protocol: 'http' | 'https';
}

const AGENT = {
  CONSUL_URL: z
    .string()
    .refine(isBase, 'must be http:// or https:// with a host, without user, query and fragment')
    .default('http://127.0.0.1:8500'),
  CONSUL_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
    .optional(),
};

/** What Consul's DNS can name and no URL needs to escape. */
const SERVICE = /^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/i;
const DATACENTER = /^[a-z0-9_-]{1,64}$/i;
const MAX_TAG = 256;

/**
 * The agent of `CONSUL_URL` (default `http://127.0.0.1:8500`) and `CONSUL_TOKEN` (default none).
 *
 * @throws ConfigError
 */
export function readConsulAgent(environment: Environment): ConsulAgent {
  const { CONSUL_URL: url, CONSUL_TOKEN: token } = loadConfig(AGENT, environment);
  return { url: url.replace(/\/+$/, ''), headers: token === undefined ? {} : { 'X-Consul-Token': token } };
}

/**
 * Reads `consul://service?tag=v1&tag=blue&dc=dc1&scheme=https`: instances that have all the tags, in a datacenter (default the
 * agent's).
 *
 * @throws ConfigError listing all that is wrong with the address and the agent's settings
 */
export function readConsulSettings(url: URL, { upstream, environment }: SourceOptions): ConsulSettings {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(...ConfigError.problemsOf(error));
      return undefined;
    }
  };
  const question = attempt(() => readQuestion(url, { upstream }));
  const agent = attempt(() => readConsulAgent(environment));
  if (question === undefined || agent === undefined) throw new ConfigError(problems);
  return { ...question, agent };
}

function readQuestion(url: URL, context: AddressContext): Omit<ConsulSettings, 'agent'> {
  const tags = url.searchParams.getAll('tag');
  const withoutTags = new URL(url);
  withoutTags.searchParams.delete('tag');
  // Tags were taken out because they may be repeated; they stand here for the error that lists the parameters.
  const shape = {
    tag: z.string().optional(),
    dc: z.string().regex(DATACENTER, 'must be the name of a datacenter').optional(),
  };
  const problems = problemsOf(url, tags);
  const { dc, scheme } = readQuery(withoutTags, shape, { ...context, problems });
  const query = new URLSearchParams();
  for (const tag of tags) query.append('tag', tag);
  if (dc !== undefined) query.set('dc', dc);
  const path = `/v1/health/service/${url.hostname}`;
  return { path: query.size > 0 ? `${path}?${query}` : path, protocol: scheme };
}

function problemsOf(url: URL, tags: readonly string[]): string[] {
  const problems = [];
  if (!SERVICE.test(url.hostname)) problems.push('must name a service in letters, digits, dots, - and _');
  if (url.port) problems.push('must not have a port: Consul knows each instance with its own');
  if (tags.some((tag) => tag === '' || tag.length > MAX_TAG))
    problems.push(`?tag: must have 1 to ${MAX_TAG} characters`);
  return problems;
}

function isBase(text: string): boolean {
  if (!/^https?:\/\/[^/\\]/i.test(text) || /[?#]/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
