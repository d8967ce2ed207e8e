import { isIP } from 'node:net';
import { z } from 'zod';
import { isHostName } from '../host-name.ts';
import { readQuery } from '../source-address.ts';

/** What an address such as `dns://catalog.internal:4001?family=4` or `srv://_http._tcp.catalog.internal` asks for. */
export interface DnsAddress {
  /** In lower case, without the dot at the end: what TLS and `Host` compare. */
  readonly name: string;
  /** Of every instance; for `srv`, whose records name the ports, it means nothing. */
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** Address families that are asked for. */
  readonly families: readonly (4 | 6)[];
  /** Milliseconds between questions; undefined: as long as the records say. */
  readonly interval: number | undefined;
}

const QUERY = {
  family: z.enum(['4', '6'], { error: 'must be 4 or 6' }).optional(),
  interval: z.coerce
    .number({ error: 'must be milliseconds from 1000 to 300000' })
    .int({ error: 'must be whole milliseconds' })
    .min(1_000, { error: 'must be at least 1000 milliseconds' })
    .max(300_000, { error: 'must be at most 300000 milliseconds' })
    .optional(),
};

/** @throws ConfigError listing all that is wrong with the address */
export function parseDnsAddress(url: URL, upstream: string): DnsAddress {
  const query = readQuery(url, QUERY, { upstream, problems: problemsOf(url) });
  const protocol = query.scheme;
  return {
    name: url.hostname.toLowerCase().replace(/\.$/, ''),
    port: url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port),
    protocol,
    families: query.family === undefined ? [4, 6] : [query.family === '4' ? 4 : 6],
    interval: query.interval,
  };
}

function problemsOf({ hostname, port, protocol }: URL): string[] {
  const problems = [];
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) problems.push('must hold a name; for an IP address use http://');
  else if (!isHostName(hostname)) problems.push('must hold a host name, such as catalog.internal');
  if (protocol === 'srv:' && port !== '') problems.push('must have no port: the SRV records name the ports');
  if (port === '0') problems.push('must have a port from 1 to 65535');
  return problems;
}
