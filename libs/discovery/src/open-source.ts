import { openDns } from './dns/open-dns.ts';
import { openSrv } from './dns/open-srv.ts';
import { openEureka } from './eureka/eureka-source.ts';
import { openConsul } from './consul/consul-source.ts';
import type { InstanceSource } from './instance-source.ts';
import { openKubernetes } from './kubernetes/kubernetes-source.ts';
import { addressError } from './source-address.ts';
import type { OpenSource, SourceOptions } from './source-options.ts';
import { openStatic } from './static/static-source.ts';

type OpenAddress = (address: string, options: SourceOptions) => InstanceSource;

/** The sources by the scheme of their addresses: a new one is a line here. One whose addresses `URL` cannot read takes the text. */
const SOURCES: Readonly<Record<string, OpenAddress>> = {
  http: openStatic,
  https: openStatic,
  dns: fromUrl(openDns),
  srv: fromUrl(openSrv),
  consul: fromUrl(openConsul),
  eureka: fromUrl(openEureka),
  kubernetes: openKubernetes,
};

/**
 * Makes the source of an upstream's instances; the address's scheme says which kind.
 *
 * @throws ConfigError listing all that is wrong with the address and the registry's settings
 */
export function openSource(address: string, options: SourceOptions): InstanceSource {
  const scheme = /^([a-z]+):\/\//i.exec(address.trim())?.[1]?.toLowerCase() ?? '';
  if (!Object.hasOwn(SOURCES, scheme)) {
    const known = Object.keys(SOURCES).map((name) => `${name}://`);
    throw addressError(options.upstream, [`must start with one of ${known.join(', ')}`]);
  }
  return SOURCES[scheme]!(address.trim(), options);
}

/** For sources whose addresses are URLs. */
function fromUrl(open: OpenSource): OpenAddress {
  return (address, options) => {
    if (!URL.canParse(address)) throw addressError(options.upstream, ['must be a URL']);
    return open(new URL(address), options);
  };
}
