import { isIPv6 } from 'node:net';
import type { RegistrationOptions } from '../registration.ts';

/** Seconds after which the server gives up an instance that no longer renews: Eureka's default, three renewals. */
const LEASE_DURATION = 90;

/** What this process is registered as. */
export interface RegisteredInstance extends Pick<RegistrationOptions, 'name' | 'host' | 'port'> {
  /** Seconds between two renewals. */
  readonly renewalInterval: number;
}

/** `host:name:port`, as Spring Cloud names instances: another start of the same process takes the place of the former. */
export function instanceId({ host, name, port }: RegisteredInstance): string {
  return `${host}:${name}:${port}`;
}

/**
 * The body of `POST /apps/{app}`. `ipAddr` must not be missing, so it is the name where only a name is known.
 *
 * @param dirtyAt milliseconds since 1970; the server keeps what it has when that is newer
 */
export function instanceBody(instance: RegisteredInstance, dirtyAt: number): object {
  const { name, host, port, renewalInterval } = instance;
  const base = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    instance: {
      instanceId: instanceId(instance),
      app: name.toUpperCase(),
      hostName: host,
      ipAddr: host,
      vipAddress: name,
      status: 'UP',
      port: { $: port, '@enabled': 'true' },
      homePageUrl: `${base}/`,
      statusPageUrl: `${base}/health/live`,
      healthCheckUrl: `${base}/health/ready`,
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: renewalInterval, durationInSecs: LEASE_DURATION },
      lastDirtyTimestamp: String(dirtyAt),
    },
  };
}
