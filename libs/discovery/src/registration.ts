import type { Clock } from '@portico/core';

/** Makes this process known to a registry as long as it serves: the port that every registry is put behind. */
export interface Registration {
  /**
   * Registers, and keeps the entry alive until `close()`. It resolves after the first attempt, whether or not that succeeded: a
   * registry that is away keeps nobody from serving; further attempts follow with back-off.
   */
  start(): Promise<void>;
  /**
   * Says whether this process welcomes requests, which it does until told otherwise: the entry says so as soon as the registry can be
   * told. Harmless when nothing has changed. Consul finds out by its check, so it is told nothing.
   */
  announce(isReady: boolean): void;
  /** Takes the entry away. It never throws and ends in bounded time; an entry that could not be taken away expires by itself. */
  close(): Promise<void>;
}

/** What a process is registered as, and with what. */
export interface RegistrationOptions {
  /** Name of the service, such as `web-bff`. */
  readonly name: string;
  /** IP address or host name that others reach this process by. */
  readonly host: string;
  /** Port that others reach it by. */
  readonly port: number;
  /** Zone that it is in. Default none. */
  readonly zone?: string | undefined;
  /** What its entry is marked with. Default none. */
  readonly tags?: readonly string[] | undefined;
  /** Its share of the traffic next to other instances', from 1 to 65535. Default what the registry takes for one, 1. */
  readonly weight?: number | undefined;
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
