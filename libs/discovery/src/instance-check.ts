import { isIP } from 'node:net';
import type { Egress } from './egress.ts';
import { isHostName } from './host-name.ts';
import type { Candidate, Instance } from './instance.ts';

/** Characters; what registries write is far shorter. */
const MAX_ID = 512;
const MAX_ZONE = 128;
const MAX_WEIGHT = 65_535;

/** Why an instance that a source named must not be used, as the end of a sentence; undefined when it may. Trusts no type. */
export function refusalOf(
  { host, port, id, serverName, protocol = 'http' }: Candidate,
  egress: Egress,
): string | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'its port is not from 1 to 65535';
  if (protocol !== 'http' && protocol !== 'https') return 'its protocol is not http or https';
  if (id !== undefined && !(typeof id === 'string' && id.length > 0 && id.length <= MAX_ID)) return 'its id is no id';
  if (serverName !== undefined && !isHost(serverName)) return 'its server name is no name and no address';
  if (!isHost(host)) return 'its host is no name and no address';
  // Addresses of names are checked when they are connected to.
  if (isIP(host) !== 0 && !egress.allows(host)) return 'the egress ranges do not allow its address';
  return undefined;
}

/** The instance of a candidate that was not refused, with the defaults filled in. */
export function instanceOf(candidate: Candidate): Instance {
  const { port, serverName, protocol = 'http', weight = 1, zone, tags = [], healthy = true } = candidate;
  const host = candidate.host.toLowerCase();
  const { id = `${host.includes(':') ? `[${host}]` : host}:${port}` } = candidate;
  return Object.freeze({
    id,
    protocol,
    host,
    port,
    serverName,
    weight: weightOf(weight),
    zone: typeof zone === 'string' && zone !== '' ? zone.slice(0, MAX_ZONE) : undefined,
    tags: Object.freeze(tags.filter((tag) => typeof tag === 'string')),
    healthy,
  });
}

function isHost(host: unknown): boolean {
  if (typeof host !== 'string') return false;
  // A zone (fe80::1%eth0) means something on one machine only.
  if (isIP(host) !== 0) return !host.includes('%');
  return isHostName(host);
}

/** What is no number or below nothing counts as 1, as if it had not been said. */
function weightOf(weight: unknown): number {
  return typeof weight === 'number' && weight >= 0 ? Math.min(weight, MAX_WEIGHT) : 1;
}
