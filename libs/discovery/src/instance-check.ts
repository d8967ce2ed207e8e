import { isIP } from 'node:net';
import type { Egress } from './egress.ts';
import { isHostName } from './host-name.ts';
import type { Candidate, Instance } from './instance.ts';

/** Characters; what registries write is far shorter. */
const MAX_ID = 512;
const MAX_ZONE = 128;
const MAX_WEIGHT = 65_535;

const PLACE = ['protocol', 'host', 'port', 'serverName'] as const;
const COMPARED = ['id', ...PLACE, 'weight', 'priority', 'zone', 'healthy', 'withdrawn'] as const;

/** What is asked of a candidate, and what is said of it when it does not meet that; the first that is not met counts. */
const CHECKS: readonly (readonly [isMet: (candidate: Candidate, egress: Egress) => boolean, refusal: string])[] = [
  [({ port }) => Number.isInteger(port) && port >= 1 && port <= 65_535, 'its port is not from 1 to 65535'],
  [({ protocol = 'http' }) => protocol === 'http' || protocol === 'https', 'its protocol is not http or https'],
  [({ id }) => id === undefined || isId(id), 'its id is no id'],
  // An address as the name would be connected to as it is: no lookup is asked for it, and nothing checks it.
  [({ serverName }) => serverName === undefined || isName(serverName), 'its server name is no host name'],
  [({ host }) => isHost(host), 'its host is no name and no address'],
  // Addresses of names are checked when they are connected to.
  [({ host }, egress) => isIP(host) === 0 || egress.allows(host), 'the egress ranges do not allow its address'],
];

/** Why an instance that a source named must not be used, as the end of a sentence; undefined when it may. Trusts no type. */
export function refusalOf(candidate: Candidate, egress: Egress): string | undefined {
  return CHECKS.find(([isMet]) => !isMet(candidate, egress))?.[1];
}

/** The instance of a candidate that was not refused, with the defaults filled in. */
export function instanceOf(candidate: Candidate): Instance {
  const {
    port,
    serverName,
    protocol = 'http',
    weight = 1,
    priority = 0,
    zone,
    tags = [],
    healthy = true,
    withdrawn,
  } = candidate;
  const host = candidate.host.toLowerCase();
  const { id = `${host.includes(':') ? `[${host}]` : host}:${port}` } = candidate;
  return Object.freeze({
    id,
    protocol,
    host,
    port,
    serverName,
    weight: weightOf(weight),
    priority,
    zone: zoneOf(zone),
    tags: Object.freeze(tags.filter((tag) => typeof tag === 'string')),
    healthy: healthy && withdrawn === undefined,
    withdrawn,
  });
}

/** Whether two descriptions say the same. */
export function isEqual(one: Instance, other: Instance): boolean {
  if (!COMPARED.every((field) => one[field] === other[field])) return false;
  return one.tags.length === other.tags.length && one.tags.every((tag, index) => tag === other.tags[index]);
}

/** Whether both are reached in the same way: by the same protocol, at the same address and by the same name. */
export function isSamePlace(one: Instance, other: Instance): boolean {
  return PLACE.every((field) => one[field] === other[field]);
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID;
}

function isHost(host: unknown): boolean {
  if (typeof host !== 'string') return false;
  // A zone (fe80::1%eth0) means something on one machine only.
  if (isIP(host) !== 0) return !host.includes('%');
  return isHostName(host);
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && isHostName(name);
}

function zoneOf(zone: unknown): string | undefined {
  return typeof zone === 'string' && zone !== '' ? zone.slice(0, MAX_ZONE) : undefined;
}

/** What is no number or below nothing counts as 1, as if it had not been said. */
function weightOf(weight: unknown): number {
  return typeof weight === 'number' && weight >= 0 ? Math.min(weight, MAX_WEIGHT) : 1;
}
