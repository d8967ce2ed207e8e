import { type Clock, loadConfig } from '@portico/core';
import type { z } from 'zod';

/** What a service knows about itself; injectable everywhere in it. */
export class ServiceSettings {
  /**
   * @param name the service, such as `catalog`; its database file is called after it
   * @param clock the time; tests pass a fake one
   * @param environment where settings are read from; `undefined` means the environment of the process
   */
  constructor(
    readonly name: string,
    readonly clock: Clock,
    private readonly environment: Readonly<Record<string, string | undefined>> | undefined,
  ) {}

  /**
   * Reads settings of the service's own.
   *
   * @param shape one zod schema for each variable, with its default
   * @throws ConfigError when a variable does not fit; the start ends with its message
   */
  read<S extends z.ZodRawShape>(shape: S): Readonly<z.output<z.ZodObject<S>>> {
    return loadConfig(shape, this.environment);
  }

  /** The present time as ISO 8601 in UTC. */
  now(): string {
    return new Date(this.clock.epoch()).toISOString();
  }
}
