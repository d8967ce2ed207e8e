import { isIP } from 'node:net';
import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';
import { registerConsul } from './consul/consul-registration.ts';
import { registerEureka } from './eureka/eureka-registration.ts';
import { isHostName } from './host-name.ts';
import type { OpenRegistration, Registration, RegistrationOptions } from './registration.ts';

/** 0.0.0.0 and ::, in all the ways that an address can be written. */
const UNSPECIFIED = /^(?:::ffff:)?[0:.]+$/i;

/** The registries by the value of `REGISTER`: a new one is a line here. */
const REGISTRIES: Readonly<Record<string, OpenRegistration>> = {
  consul: registerConsul,
  eureka: registerEureka,
};

/**
 * The registration that the environment asks for: `REGISTER` names the registry, `ADVERTISE_HOST` the address or name that
 * others reach this process by (default `host`).
 *
 * @param options `host` is the address that this process listens on
 * @returns undefined when `REGISTER` is not set
 * @throws ConfigError listing all that is wrong with the settings
 */
export function openRegistration(options: RegistrationOptions): Registration | undefined {
  const kinds = Object.keys(REGISTRIES);
  const { REGISTER: kind, ADVERTISE_HOST: host = options.host } = loadConfig(
    {
      REGISTER: z.enum(kinds, { error: `must be one of ${kinds.join(', ')}` }).optional(),
      ADVERTISE_HOST: z.string().optional(),
    },
    options.environment,
  );
  if (kind === undefined) return undefined;
  const problem = problemOf(host);
  if (problem !== undefined) throw new ConfigError([`ADVERTISE_HOST: ${problem}`]);
  return REGISTRIES[kind]!({ ...options, host });
}

function problemOf(host: string): string | undefined {
  if (isIP(host) !== 0 && UNSPECIFIED.test(host)) {
    return 'must be set to an address that others reach this process by; it listens on all of the machine';
  }
  const isAddress = isIP(host) !== 0 && !host.includes('%');
  return isAddress || isHostName(host) ? undefined : 'must be an IP address or a host name';
}
