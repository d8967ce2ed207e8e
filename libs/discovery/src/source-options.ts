import type { Clock } from '@portico/core';
import type { Egress } from './egress.ts';
import type { InstanceSource } from './instance-source.ts';

/** What a source is given besides its address. */
export interface SourceOptions {
  /** Name of the upstream whose instances it finds, for events and errors. */
  readonly upstream: string;
  /** The addresses that its instances may have. */
  readonly egress: Egress;
  /** Where the registry's own settings are read; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default the machine's. */
  readonly clock?: Clock | undefined;
  /** From 0 to below 1, for jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Makes the source of an address and asks nobody yet: what each kind of source exports.
 *
 * @throws ConfigError listing all that is wrong with the address and the registry's settings
 */
export type OpenSource = (url: URL, options: SourceOptions) => InstanceSource;
