import type { promises, SrvRecord } from 'node:dns';
import { type Clock, systemClock } from '@portico/core';
import type { Egress } from '../egress.ts';
import type { Candidate } from '../instance.ts';
import { refusalOf } from '../instance-check.ts';
import type { InstanceSource } from '../instance-source.ts';
import { together } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';
import { AddressLookup, type Addresses } from './address-lookup.ts';
import { type DnsAddress, parseDnsAddress } from './dns-address.ts';
import { openResolver } from './dns-resolver.ts';
import { DnsSource, type Finder, type Found } from './dns-source.ts';
import { byPriority } from './service-records.ts';

/** Seconds. Node does not tell the time to live of SRV records, so those of their targets hold, but no longer than this. */
const MAX_TTL = 30;
/** Questions for targets under way at one time. */
const BATCH = 32;
/** More is no service; an answer of 64 KB could hold some two thousand. */
const MAX_RECORDS = 1_000;
/** Milliseconds after which no further target is asked for: as many that nobody answers for would take an hour. */
const MAX_ROUND = 30_000;

/**
 * `srv://_http._tcp.name` (RFC 2782): the instances are the addresses of the targets, with port and weight of the record and the
 * target as their name. All priorities are in the list; those of the next one get calls when the ones before cannot be reached.
 * `?family=4|6`, `?interval=<ms>`.
 *
 * @throws ConfigError listing all that is wrong with the address and with `DNS_SERVERS`
 */
export function openSrv(url: URL, options: SourceOptions): InstanceSource {
  const [address, resolver] = together(
    () => parseDnsAddress(url, options.upstream),
    () => openResolver(options.environment),
  );
  return new DnsSource(new ServiceFinder(address, resolver, options), options);
}

class ServiceFinder implements Finder {
  readonly kind = 'srv';
  readonly interval: number | undefined;
  private readonly lookup: AddressLookup;
  private readonly egress: Egress;
  private readonly clock: Clock;
  /** Until when further targets are asked for, by the clock. */
  private end = 0;

  constructor(
    private readonly address: DnsAddress,
    private readonly resolver: promises.Resolver,
    { egress, clock = systemClock }: SourceOptions,
  ) {
    this.egress = egress;
    this.clock = clock;
    this.interval = address.interval;
    this.lookup = new AddressLookup(resolver, address.families);
  }

  async find(): Promise<Found> {
    this.end = this.clock.now() + MAX_ROUND;
    const rest = [...byPriority(await this.records())];
    const asked: Addresses[] = [];
    const candidates: Candidate[] = [];
    while (rest.length > 0 && !candidates.some((one) => this.isUsable(one))) {
      const targets = await this.resolve(rest[0]!);
      asked.push(...targets.values());
      candidates.push(...this.candidatesOf(rest.shift()!, targets));
    }
    const isAnswered = asked.some(({ failure }) => failure === undefined);
    if (asked[0]?.failure && !isAnswered) throw asked[0].failure;
    candidates.push(...(await this.spares(rest)));
    return { candidates: withoutRepeats(candidates), ttl: Math.min(MAX_TTL, ...asked.map(({ ttl }) => ttl)) };
  }

  cancel(): void {
    this.end = -Infinity;
    this.resolver.cancel();
  }

  private isUsable(candidate: Candidate): boolean {
    return refusalOf(candidate, this.egress) === undefined;
  }

  /** Who serves when those before cannot be reached. What of them is not found in time is no reason to do without the others. */
  private async spares(groups: readonly (readonly SrvRecord[])[]): Promise<Candidate[]> {
    const candidates: Candidate[] = [];
    for (const group of groups) {
      const targets = await this.resolve(group).catch(() => undefined);
      if (targets === undefined) break;
      candidates.push(...this.candidatesOf(group, targets));
    }
    return candidates;
  }

  private async records(): Promise<SrvRecord[]> {
    const records = await this.resolver.resolveSrv(this.address.name);
    if (records.length > MAX_RECORDS) throw new Error(`${records.length} SRV records are more than ${MAX_RECORDS}`);
    this.lookup.keep(new Set(records.map(({ name }) => name)));
    return records;
  }

  private async resolve(group: readonly SrvRecord[]): Promise<Map<string, Addresses>> {
    const names = [...new Set(group.map(({ name }) => name))];
    const targets = new Map<string, Addresses>();
    for (let start = 0; start < names.length; start += BATCH) {
      if (this.clock.now() > this.end) throw new Error(`its targets were not found within ${MAX_ROUND / 1_000} s`);
      const batch = names.slice(start, start + BATCH);
      const answers = await Promise.all(batch.map((name) => this.lookup.of(name)));
      batch.forEach((name, index) => targets.set(name, answers[index]!));
    }
    return targets;
  }

  /** A target with several addresses has the share of its record, not as many shares. */
  private candidatesOf(group: readonly SrvRecord[], targets: ReadonlyMap<string, Addresses>): Candidate[] {
    const { protocol } = this.address;
    return group.flatMap(({ name, port, weight, priority }) => {
      const { addresses } = targets.get(name)!;
      const serverName = name.toLowerCase().replace(/\.$/, '');
      const share = weight / addresses.length;
      return addresses.map((host) => ({ host, port, protocol, serverName, weight: share, priority }));
    });
  }
}

/** One that has several priorities counts with the first. */
function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  return candidates.filter((candidate) => {
    const place = `${candidate.host} ${candidate.port}`;
    const first = seen.get(place) ?? candidate;
    seen.set(place, first);
    return first.priority === candidate.priority;
  });
}
