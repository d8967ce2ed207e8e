import { isIPv6 } from 'node:net';
import type { RegistrationOptions } from '../registration.ts';

/** Seconds after which the server gives up an instance that no longer renews: Eureka's default, three renewals. */
const LEASE_DURATION = 90;

/** What this process is registered as. */
export interface RegisteredInstance extends Pick<
  RegistrationOptions,
  'name' | 'host' | 'port' | 'zone' | 'tags' | 'weight'
> {
  /** Seconds between two renewals. */
  readonly renewalInterval: number;
}

/** `host:name:port`, as Spring Cloud names instances: another start of the same process takes the place of the former. */
export function instanceId({ host, name, port }: RegisteredInstance): string {
  return `${host}:${name}:${port}`;
}

/** `STARTING`: it has not been ready yet; `DOWN`: it was, and is no more. */
export type OwnStatus = 'STARTING' | 'UP' | 'DOWN';

/** What the body of a registration says beside who it is. */
export interface InstanceState {
  readonly status: OwnStatus;
  /** Milliseconds since 1970; the server keeps what it has when that is newer. */
  readonly dirtyAt: number;
}

/**
 * The body of `POST /apps/{app}`. `ipAddr` must not be missing, so it is the name where only a name is known.
 */
export function instanceBody(instance: RegisteredInstance, { status, dirtyAt }: InstanceState): object {
  const { name, host, port, renewalInterval } = instance;
  const base = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    instance: {
      instanceId: instanceId(instance),
      app: name.toUpperCase(),
      hostName: host,
      ipAddr: host,
      vipAddress: name,
      status,
      port: { $: port, '@enabled': 'true' },
      homePageUrl: `${base}/`,
      statusPageUrl: `${base}/health/live`,
      healthCheckUrl: `${base}/health/ready`,
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: renewalInterval, durationInSecs: LEASE_DURATION },
      ...metadataOf(instance),
      lastDirtyTimestamp: String(dirtyAt),
    },
  };
}

/** Tags are `key=value`, as the source of Eureka reads metadata; one without a value is `true`. */
function metadataOf({ zone, tags = [], weight }: RegisteredInstance): { readonly metadata?: object } {
  const pairs = tags.map((tag) => (tag.includes('=') ? tag.split(/=(.*)/s, 2) : [tag, 'true']));
  const metadata = {
    ...Object.fromEntries(pairs),
    ...(zone !== undefined && { zone }),
    ...(weight !== undefined && { weight: `${weight}` }),
  };
  return Object.keys(metadata).length > 0 ? { metadata } : {};
}
