import { loadConfig } from '@portico/core';
import { z } from 'zod';

const MESSAGE = 'must be a whole number from 1048576 to 1099511627776';

/** Settings of all routes of a process; explained in `docs/configuration.md`. */
export interface RoutingSettings {
  /** Bytes of request bodies in memory at one time. */
  readonly UPLOAD_MEMORY: number;
}

/**
 * Reads the settings.
 *
 * @param environment what to read instead of the process's environment
 * @throws ConfigError when one does not fit
 */
export function loadRoutingSettings(environment?: Readonly<Record<string, string | undefined>>): RoutingSettings {
  const bytes = z
    .string()
    .regex(/^\d{1,13}$/, MESSAGE)
    .transform(Number)
    .refine((value) => value >= 1024 ** 2 && value <= 1024 ** 4, MESSAGE);
  return loadConfig({ UPLOAD_MEMORY: bytes.default(64 * 1024 ** 2) }, environment);
}
