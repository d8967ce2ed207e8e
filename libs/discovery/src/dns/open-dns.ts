import type { promises } from 'node:dns';
import type { InstanceSource } from '../instance-source.ts';
import { together } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';
import { AddressLookup } from './address-lookup.ts';
import { type DnsAddress, parseDnsAddress } from './dns-address.ts';
import { openResolver } from './dns-resolver.ts';
import { DnsSource, type Finder, type Found } from './dns-source.ts';

/**
 * `dns://name:port`: each A and AAAA record is one instance, named by the name. `?family=4|6`, `?interval=<ms>`.
 *
 * @throws ConfigError listing all that is wrong with the address and with `DNS_SERVERS`
 */
export function openDns(url: URL, options: SourceOptions): InstanceSource {
  const [address, resolver] = together(
    () => parseDnsAddress(url, options.upstream),
    () => openResolver(options.environment),
  );
  return new DnsSource(new HostFinder(address, resolver), options);
}

class HostFinder implements Finder {
  readonly kind = 'dns';
  readonly interval: number | undefined;
  private readonly lookup: AddressLookup;

  constructor(
    private readonly address: DnsAddress,
    private readonly resolver: promises.Resolver,
  ) {
    this.interval = address.interval;
    this.lookup = new AddressLookup(resolver, address.families);
  }

  async find(): Promise<Found> {
    const { name, port, protocol } = this.address;
    const { addresses, ttl, failure } = await this.lookup.of(name);
    if (failure) throw failure;
    return { candidates: addresses.map((host) => ({ host, port, protocol, serverName: name })), ttl };
  }

  cancel(): void {
    this.resolver.cancel();
  }
}
