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

/** No blanks and nothing that separates: a tag is part of lists, of metadata and of addresses. */
const TAG = /^[\w][\w.:/=-]{0,127}$/;
const PORT = 'must be a port from 1 to 65535';
const WEIGHT = 'must be a whole number from 1 to 65535';

const SETTINGS = {
  ADVERTISE_HOST: z.string().optional(),
  ADVERTISE_PORT: wholeNumber(PORT),
  ADVERTISE_WEIGHT: wholeNumber(WEIGHT),
  ADVERTISE_TAGS: z
    .string()
    .transform((text) => text.split(',').map((tag) => tag.trim()))
    .refine(
      (tags) => tags.every((tag) => TAG.test(tag)),
      'must be tags of letters, digits, _ . : / = -, separated by commas',
    )
    .optional(),
  ZONE: z.string().optional(),
};

/**
 * The registration that the environment asks for: `REGISTER` names the registry, `ADVERTISE_HOST` and `ADVERTISE_PORT` what others
 * reach this process by (default `host` and `port`), `ZONE`, `ADVERTISE_TAGS` and `ADVERTISE_WEIGHT` what its entry says beside.
 *
 * @param options `host` and `port` are what this process listens on
 * @returns undefined when `REGISTER` is not set
 * @throws ConfigError listing all that is wrong with the settings
 */
export function openRegistration(options: RegistrationOptions): Registration | undefined {
  const kinds = Object.keys(REGISTRIES);
  const register = z.enum(kinds, { error: `must be one of ${kinds.join(', ')}` }).optional();
  const { REGISTER: kind } = loadConfig({ REGISTER: register }, options.environment);
  if (kind === undefined) return undefined;
  const read = loadConfig(SETTINGS, options.environment);
  const { ADVERTISE_HOST: host = options.host, ADVERTISE_PORT: port = options.port } = read;
  const problem = problemOf(host);
  if (problem !== undefined) throw new ConfigError([`ADVERTISE_HOST: ${problem}`]);
  const entry = { zone: read.ZONE, tags: read.ADVERTISE_TAGS, weight: read.ADVERTISE_WEIGHT };
  return REGISTRIES[kind]!({ ...options, ...entry, host, port });
}

function wholeNumber(message: string) {
  return z
    .string()
    .regex(/^\d{1,5}$/, message)
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65_535, message)
    .optional();
}

function problemOf(host: string): string | undefined {
  if (isIP(host) !== 0 && UNSPECIFIED.test(host)) {
    return 'must be set to an address that others reach this process by; it listens on all of the machine';
  }
  const isAddress = isIP(host) !== 0 && !host.includes('%');
  return isAddress || isHostName(host) ? undefined : 'must be an IP address or a host name';
}
