import type { Clock } from '@portico/core';

/** Makes this process known to a registry as long as it serves: the port that every registry is put behind. */
export interface Registration {
  /**
   * Registers, and keeps the entry alive until `close()`. It resolves after the first attempt, whether or not that succeeded: a
   * registry that is away keeps nobody from serving; further attempts follow with back-off.
   */
  start(): Promise<void>;
  /** Takes the entry away. It never throws and ends in bounded time; an entry that could not be taken away expires by itself. */
  close(): Promise<void>;
}

/** What a process is registered as, and with what. */
export interface RegistrationOptions {
  /** Name of the service, such as `web-bff`. */
  readonly name: string;
  /** IP address or host name that others reach this process by. */
  readonly host: string;
  /** Port that it listens on. */
  readonly port: number;
  /** Where the registry's own settings are read; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default the machine's. */
  readonly clock?: Clock | undefined;
  /** From 0 to below 1, for jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Makes the registration and asks nobody yet: what each kind of registry exports.
 *
 * @throws ConfigError listing all that is wrong with the registry's settings
 */
export type OpenRegistration = (options: RegistrationOptions) => Registration;
