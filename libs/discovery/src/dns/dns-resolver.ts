import { promises } from 'node:dns';
import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';

/** Milliseconds that a server gets for its first answer; c-ares doubles them for the second try. */
const TIMEOUT = 1_500;
const TRIES = 2;

/**
 * A resolver that asks name servers itself, and gets the times to live with the answers. Unlike the system's (`dns.lookup`) it
 * reads no /etc/hosts and appends no search domain.
 *
 * @param environment `DNS_SERVERS`: the servers to ask, as `ip:port` separated by commas; default the system's
 * @throws ConfigError when `DNS_SERVERS` is no such list
 */
export function openResolver(environment?: Readonly<Record<string, string | undefined>>): promises.Resolver {
  const { DNS_SERVERS: servers } = loadConfig({ DNS_SERVERS: z.string().optional() }, environment);
  const resolver = new promises.Resolver({ timeout: TIMEOUT, tries: TRIES });
  if (servers === undefined) return resolver;
  try {
    resolver.setServers(servers.split(',').map((server) => server.trim()));
  } catch {
    throw new ConfigError(['DNS_SERVERS: must be IP addresses like 127.0.0.1:53 or [::1]:53, separated by commas']);
  }
  return resolver;
}
